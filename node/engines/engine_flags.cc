#include "node/engines/engine_flags.h"

#include <CLI/CLI.hpp>

#include "node/live/flag_values.h"
#include "node/live/flags.h"

namespace ringlab {

namespace {

constexpr int kLoopsMax = 1024;
constexpr Duration kSpinMax = std::chrono::seconds(1);

Result<std::string> ParseEngine(const std::string& text) {
  if (text == "h2" || text == "grpc") return text;
  return RefuseValue(text, "h2 (on libnghttp2) or grpc (Google's grpc++)");
}

Result<int> ParseLoops(const std::string& text) {
  return CountBetween(0, kLoopsMax)(text).map([](std::uint64_t n) { return static_cast<int>(n); });
}

Result<Duration> ParseSpin(const std::string& text) {
  const auto spin = ParseDuration(text);
  if (spin && *spin <= kSpinMax) return *spin;
  return RefuseValue(text, "a duration up to 1s, such as 50us");
}

}  // namespace

void AddEngineFlags(CLI::App& app, EngineSpec& spec) {
  AddFlag(app, "--engine", spec.name, ParseEngine,
          "Wire engine: h2 (gRPC on libnghttp2) or grpc (Google's grpc++)", "ENGINE",
          std::string(kDefaultEngine));
  AddFlag(app, "--loops", spec.loops, ParseLoops,
          "Event loops of a node, a thread each (h2); 0: one a core, up to 8", "N", "0");
  AddFlag(app, "--spin", spec.spin, ParseSpin,
          "An idle loop looks for so long before it sleeps: quicker, at a core's cost (h2)", "TIME",
          "0");
}

std::string ComplaintAboutEngine(const EngineSpec& spec) {
  if (spec.name == "h2") return "";
  if (spec.loops > 0) return "--loops and --engine grpc: expected --engine h2, which has loops";
  if (spec.spin > Duration::zero()) {
    return "--spin and --engine grpc: expected --engine h2, which has loops";
  }
  return "";
}

std::vector<std::string> EngineArguments(const EngineSpec& spec) {
  std::vector<std::string> arguments = {"--engine", spec.name};
  if (spec.loops > 0) arguments.insert(arguments.end(), {"--loops", std::to_string(spec.loops)});
  if (spec.spin > Duration::zero()) {
    arguments.insert(arguments.end(), {"--spin", std::to_string(spec.spin.count()) + "ns"});
  }
  return arguments;
}

}  // namespace ringlab
