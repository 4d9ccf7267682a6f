#include "sim/run/idle_flags.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace ringlab {

std::string RefuseIdle(const CLI::App& app) {
  const auto given = [&](const char* flag) { return app.count(flag) > 0; };
  for (const auto& [flag, needed] : {std::pair("--csv", "--sweep"),
                                     {"--seeds", "--sweep"},
                                     {"--detect", "--script"},
                                     {"--handover", "--script"},
                                     {"--service", "--etcd"}}) {
    if (given(flag) && !given(needed))
      return std::string(flag) + ": expected a " + needed + " with it";
  }
  for (const auto& [flag, other] : {std::pair("--nodes", "--names"),
                                    {"--name-pattern", "--names"},
                                    {"--nodes", "--etcd"},
                                    {"--names", "--etcd"},
                                    {"--name-pattern", "--etcd"},
                                    {"--etcd", "--sweep"},
                                    {"--names", "--sweep"},
                                    {"--weights", "--sweep"},
                                    {"--load-bound", "--sweep"},
                                    {"--add", "--sweep"},
                                    {"--remove", "--sweep"},
                                    {"--threshold", "--sweep"},
                                    {"--target-peak", "--sweep"},
                                    {"--requests", "--sweep"},
                                    {"--qps", "--sweep"},
                                    {"--concurrency", "--sweep"},
                                    {"--source", "--sweep"},
                                    {"--group-bytes", "--sweep"},
                                    {"--script", "--sweep"},
                                    {"--engine", "--sweep"},
                                    {"--engine", "--ring-only"},
                                    {"--loops", "--sweep"},
                                    {"--loops", "--ring-only"},
                                    {"--spin", "--sweep"},
                                    {"--spin", "--ring-only"},
                                    {"--requests", "--ring-only"},
                                    {"--profile", "--ring-only"},
                                    {"--drift", "--ring-only"},
                                    {"--trace", "--ring-only"},
                                    {"--trace", "--sweep"},
                                    {"--preset", "--sweep"},
                                    {"--profile", "--sweep"},
                                    {"--drift", "--sweep"},
                                    {"--qps", "--profile"},
                                    {"--requests", "--profile"},
                                    {"--concurrency", "--profile"},
                                    {"--profile", "--script"},
                                    {"--qps", "--ring-only"},
                                    {"--concurrency", "--ring-only"},
                                    {"--source", "--ring-only"},
                                    {"--group-bytes", "--ring-only"},
                                    {"--script", "--ring-only"},
                                    {"--requests", "--script"}}) {
    if (given(flag) && given(other)) {
      return std::string(flag) + ": it has no effect with " + other + "; expected one of the two";
    }
  }
  return "";
}

}  // namespace ringlab
