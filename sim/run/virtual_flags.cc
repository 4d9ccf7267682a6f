#include "sim/run/virtual_flags.h"

#include <CLI/CLI.hpp>

#include "node/live/flag_values.h"
#include "node/live/flags.h"

namespace ringlab {

void AddVirtualFlags(CLI::App& app, VirtualOptions& options) {
  app.add_flag("--virtual", options.asked,
               "The nodes in virtual time, on a simulated network: as fast as one core goes,\n"
               "and the same run each time");
  AddFlag(app, "--latency", options.law.latency_min, ParseSpan,
          "Of a message on that network; two thirds as much again come on top,\n"
          "on average, by an exponential law",
          "TIME", "30us");
  AddFlag(app, "--work", options.law.work, ParseSpan,
          "Of a node, and of the client, with each message that it takes", "TIME", "0");
}

std::string CompleteVirtual(const CLI::App& app, VirtualOptions& options) {
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  if (!options.asked) {
    for (const char* const flag : {"--latency", "--work"}) {
      if (given(flag)) return std::string(flag) + ": expected a --virtual with it";
    }
    return "";
  }
  for (const char* const flag :
       {"--ring-only", "--sweep", "--mrc", "--engine", "--loops", "--spin"}) {
    if (given(flag)) {
      return std::string(flag) + ": it has no effect with --virtual; expected one of the two";
    }
  }
  options.law.latency_more = options.law.latency_min * 2 / 3;
  return "";
}

}  // namespace ringlab
