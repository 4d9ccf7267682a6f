// The paired class: hot paths by the clock, under Google Benchmark. `results ab` runs this program
// of two commits in turn; the instructions of the same paths are exact_bench's.
//
// --inject-slowdown=PCT does so many per cent of the operations again, inside the measurement.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>

#include "tests/bench/hot_path.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kBatch = 256;

void Register(const HotPath& path, double slowdown_percent) {
  struct World {
    RunOps run;
    Slowdown slowdown;
  };
  auto world = std::make_shared<World>(World{nullptr, Slowdown(slowdown_percent)});
  const auto measure = [path, world](benchmark::State& state) {
    if (world->run == nullptr) world->run = path.set_up();  // once, not for each repetition
    while (state.KeepRunningBatch(kBatch)) world->run(world->slowdown.Of(kBatch));
  };
  benchmark::RegisterBenchmark(path.name.c_str(), measure);
}

int Main(int argc, char** argv) {
  const double slowdown_percent = TakeSlowdown(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const HotPath& path : HotPaths()) {
    if (path.timed) Register(path, slowdown_percent);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
