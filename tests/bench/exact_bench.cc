// The deterministic class: what hot paths cost in whole numbers, the same on every machine.
//
//   exact_bench             counts allocations and other exact figures; JSON to stdout
//   valgrind --tool=callgrind --collect-atstart=no --instr-atstart=no … exact_bench
//                           counts instructions: one dump for each path, triggered by its name
//   --inject-slowdown=PCT   does so many per cent of the operations again, uncounted
//
// `results` runs both and joins them. Each path runs in a child of its own, forked before anything
// was set up, so that none depends on which others there are.
#include <alloca.h>
#include <sys/wait.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "node/live/environment.h"
#include "tests/bench/allocation_count.h"
#include "tests/bench/exact_figures.h"
#include "tests/bench/hot_path.h"
#include "tests/bench/linked_libraries.h"

namespace ringlab {
namespace {

using Json = nlohmann::ordered_json;

// What the paths have in common: the same code runs under callgrind and without.
AllocationCount Measure(const HotPath& path, double slowdown_percent) {
  const RunOps run = path.set_up();
  run(std::max<std::uint64_t>(1, path.ops / 10));
  Slowdown slowdown(slowdown_percent);
  const std::uint64_t ops = slowdown.Of(path.ops);
  const AllocationCount before = AllocationsSoFar();
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_TOGGLE_COLLECT;
  run(ops);
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_STOP_INSTRUMENTATION;
  const AllocationCount after = AllocationsSoFar();
  CALLGRIND_DUMP_STATS_AT(path.name.c_str());
  return {.calls = after.calls - before.calls, .bytes = after.bytes - before.bytes};
}

// In a child, which leaves only its counts behind.
AllocationCount MeasureApart(const HotPath& path, double slowdown_percent) {
  std::array<int, 2> ends{};
  RL_CHECK(pipe(ends.data()) == 0);
  const pid_t child = fork();
  RL_CHECK(child >= 0);
  if (child == 0) {
    const AllocationCount count = Measure(path, slowdown_percent);
    const bool told = write(ends[1], &count, sizeof count) == sizeof count;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  AllocationCount count;
  const bool heard = read(ends[0], &count, sizeof count) == sizeof count;
  close(ends[0]);
  int status = 0;
  RL_CHECK(waitpid(child, &status, 0) == child);
  RL_CHECK_BECAUSE(heard && status == 0, path.name.c_str());
  return count;
}

Json Metric(const std::string& name, const char* measure, std::uint64_t total, std::uint64_t ops) {
  return {{"name", name}, {"measure", measure}, {"total", total}, {"ops", ops}};
}

// What decides how many instructions the same source makes: the rest of the machine must not.
Json Fingerprint() {
  Json facts;
  facts["compiler"] = RINGLAB_COMPILER;
  facts["flags"] = RINGLAB_FLAGS;
  for (const auto& [library, id] : LinkedLibraries()) {
    // Libraries that no counted path enters come and go with the machine.
    if (library.starts_with("vgpreload")) continue;
    facts["libraries"][library] = id;
  }
  return facts;
}

// Every call chain of every path begins at the same distance from a page, whatever arguments and
// environment lie above it on the stack: string functions look at where pages end.
[[gnu::noinline]] void MeasureAll(double slowdown_percent, Json& metrics) {
  constexpr std::uintptr_t kPage = 4096;
  char here = 0;
  auto* const pad = static_cast<volatile char*>(
      alloca(kPage + (reinterpret_cast<std::uintptr_t>(&here) & (kPage - 1))));
  pad[0] = here;
  for (const HotPath& path : HotPaths()) {
    const AllocationCount count = MeasureApart(path, slowdown_percent);
    metrics.push_back(Metric(path.name, "allocations", count.calls, path.ops));
    metrics.push_back(Metric(path.name, "allocated_bytes", count.bytes, path.ops));
  }
}

int Main(int argc, char** argv) {
  const double slowdown_percent = TakeSlowdown(argc, argv);
  if (argc > 1) {
    std::cerr << argv[0] << ": \"" << argv[1] << "\": expected --inject-slowdown=PCT or nothing\n";
    return 2;
  }
  Json metrics = Json::array();
  MeasureAll(slowdown_percent, metrics);
  if (RUNNING_ON_VALGRIND) return 0;
  for (const auto& figures : {RingFigures(), TraceFigures(), SizeFigures()}) {
    for (const ExactFigure& figure : figures) {
      metrics.push_back(Metric(figure.name, figure.measure.c_str(), figure.total, figure.ops));
    }
  }
  Json result{{"schema_version", 1}, {"tool", "bench"}, {"suite", "micro"}};
  result["started_at"] = UtcNow();
  if (slowdown_percent > 0) result["config"]["inject_slowdown_percent"] = slowdown_percent;
  result["fingerprint"] = Fingerprint();
  for (const auto& [name, fact] : DescribeEnvironment()) result["environment"][name] = fact;
  result["metrics"] = std::move(metrics);
  std::cout << result.dump(1) << '\n';
  return 0;
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
