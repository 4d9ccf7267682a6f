#include "sim/run/map_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "node/live/flags.h"
#include "results/text/text_format.h"
#include "sim/map/map_cluster.h"

namespace ringlab {

namespace {

// Of one cell, without those that are asked again: a minute or so.
constexpr double kCellRequestsMax = 5e6;

}  // namespace

void AddMapFlags(CLI::App& app, MapFlags& flags) {
  AddFlag(
      app, "--map", flags.spec,
      [](const std::string& text) {
        return ParseMapSpec(text).map(
            [](MapSpec spec) { return std::optional<MapSpec>(std::move(spec)); });
      },
      "Instead, tell at which load whole nodes in virtual time do not\n"
      "come back from a shock, and which defence helps: \"default\", or\n"
      "parts of\n"
      "'load=0.5,0.7;shock=flush:1,flush:half,flush:all,slow:10x@5s;\n"
      "defence=none,retries,admission,stale,hot,all;nodes=3;keys=1000;\n"
      "zipf=0.99;ttl=20s;source=4x50ms;work=2ms;deadline=500ms;retries=3;\n"
      "horizon=60s;hold=10s'",
      "SPEC");
}

std::string CompleteMap(const CLI::App& app, const MapFlags& flags, std::uint64_t seed) {
  if (!flags.asked()) return "";
  const std::vector<std::string> known = {"--map",   "--seed", "--json",   "--html",
                                          "--quiet", "--help", "--config", "--version"};
  for (const CLI::Option* const option : app.get_options()) {
    const std::string name = "--" + (option->get_lnames().empty() ? "" : option->get_lnames()[0]);
    if (option->count() == 0 || std::find(known.begin(), known.end(), name) != known.end())
      continue;
    return name + ": a map takes everything from its SPEC, and knows --seed, --json, --html and " +
           "--quiet alone";
  }
  const MapSpec& spec = *flags.spec;
  const double qps = spec.loads.back() * CapacityOf(spec, seed).qps;
  const double requests = RequestsOf(spec, qps);
  if (requests <= kCellRequestsMax) return "";
  return Format(
      "--map: load %g is %.3g requests a second, %.3g for a cell; expected at most %.3g: a longer "
      "work=, a shorter ttl= or horizon=",
      spec.loads.back(), qps, requests, kCellRequestsMax);
}

nlohmann::ordered_json MapConfigJson(const MapFlags& flags, std::uint64_t seed) {
  return {{"map", ToText(*flags.spec)}, {"seed", seed}};
}

}  // namespace ringlab
