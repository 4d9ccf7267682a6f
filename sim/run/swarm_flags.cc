#include "sim/run/swarm_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "sim/virtual/swarm.h"

namespace ringlab {

void AddSwarmFlags(CLI::App& app, SwarmOptions& options) {
  AddFlag(app, "--swarm", options.seeds, CountBetween(1, kSwarmSeedsMax),
          "Instead, so many seeds of trouble in virtual time, from --seed on:\n"
          "whole nodes under kills, cuts, stalls, and what must hold",
          "N");
  AddFlag(app, "--replay", options.replay, AnyText,
          "One case of a swarm again: SEED, or what a swarm printed", "CASE");
  app.add_flag("--shrink", options.shrink,
               "With --replay, look for the smallest case that shows the same");
}

std::string CompleteSwarm(const CLI::App& app, SwarmOptions& options) {
  if (!options.asked()) {
    return options.shrink ? "--shrink: expected a --replay with it" : "";
  }
  if (options.seeds > 0 && !options.replay.empty()) {
    return "--replay: it has no effect with --swarm; expected one of the two";
  }
  if (options.shrink && options.replay.empty()) return "--shrink: expected a --replay with it";
  if (options.replay.empty() && app.count("--html") > 0) {
    return "--html: a swarm has no page; expected it with --replay, which draws the case";
  }
  const std::vector<std::string> known = {"--swarm", "--replay", "--shrink", "--seed",    "--json",
                                          "--quiet", "--help",   "--config", "--version", "--html"};
  for (const CLI::Option* const option : app.get_options()) {
    const std::string name = "--" + (option->get_lnames().empty() ? "" : option->get_lnames()[0]);
    if (option->count() == 0 || std::find(known.begin(), known.end(), name) != known.end())
      continue;
    return name + ": a swarm draws everything from its seeds, and knows " +
           "--seed, --json, --quiet and, with --replay, --html alone";
  }
  if (options.replay.empty()) return "";
  if (app.count("--seed") > 0) return "--seed: the case of --replay says its own";
  auto of = ParseSwarmCase(options.replay);
  if (!of) return "--replay: " + of.error().message;
  options.replayed = *std::move(of);
  if (const auto plan = PlanOf(options.replayed); !plan) return "--replay: " + plan.error().message;
  return "";
}

nlohmann::ordered_json SwarmConfigJson(const SwarmOptions& options, std::uint64_t first_seed) {
  if (!options.replay.empty())
    return {{"replay", ToText(options.replayed)}, {"seed", options.replayed.seed}};
  return {{"swarm", options.seeds}, {"seed", first_seed}};
}

}  // namespace ringlab
