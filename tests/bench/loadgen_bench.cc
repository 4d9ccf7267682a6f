// What the generator spends on itself: a sample, a key, a plan, a record.
//
// Budgets: a Zipf sample 40 ns, a histogram record 10 ns.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.h"
#include "loadgen/balance.h"
#include "loadgen/histogram.h"
#include "loadgen/permutation.h"
#include "loadgen/workload.h"
#include "loadgen/zipf.h"

namespace ringlab {
namespace {

// The exponent in hundredths: benchmark arguments are integers.
void BM_ZipfSample(benchmark::State& state) {
  const ZipfSampler zipf(1'000'000, static_cast<double>(state.range(0)) / 100);
  Rng rng(1);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(zipf(rng));
}
BENCHMARK(BM_ZipfSample)->ArgName("s_x100")->Arg(0)->Arg(55)->Arg(99)->Arg(100)->Arg(120)->Arg(268);

void BM_ZipfSetUp(benchmark::State& state) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(ZipfSampler(n, 0.99));
}
BENCHMARK(BM_ZipfSetUp)->ArgName("n")->Arg(1'000'000)->Arg(std::int64_t{1} << 40);

void BM_Permute(benchmark::State& state) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  const Permutation permute(n, 1);
  std::uint64_t i = 0;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(permute(i));
    if (++i == n) i = 0;
  }
}
BENCHMARK(BM_Permute)->ArgName("n")->Arg(1'000'000)->Arg(1'100'000)->Arg(std::int64_t{1} << 40);

void BM_HistogramRecord(benchmark::State& state) {
  // Exponential latencies around 300 us: several bucket widths, as in a real run.
  Rng rng(1);
  std::vector<std::int64_t> values(4096);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(rng.Exponential() * 3e5);
  Histogram histogram;
  std::size_t i = 0;
  for ([[maybe_unused]] auto _ : state) histogram.Record(values[i++ & 4095]);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(BM_HistogramRecord);

void BM_HistogramPercentile(benchmark::State& state) {
  Rng rng(1);
  Histogram histogram;
  for (int i = 0; i < 1'000'000; ++i) {
    histogram.Record(static_cast<std::int64_t>(rng.Exponential() * 3e5));
  }
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(histogram.ValueAtPercentile(99.9));
}
BENCHMARK(BM_HistogramPercentile);

// One planned request, walked and hashed: what each worker pays for every request of the run.
void BM_PlanRequest(benchmark::State& state) {
  const WorkloadOptions options{.process = static_cast<ArrivalProcess>(state.range(0)),
                                .duration = Duration::max()};
  PlanSlice slice(*Workload::Create(options), 0, 1);
  PlannedRequest request;
  for ([[maybe_unused]] auto _ : state) {
    slice.Next(request);
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(BM_PlanRequest)->ArgName("poisson")->Arg(0)->Arg(1);

void BM_AppendKey(benchmark::State& state) {
  std::string text;
  std::uint64_t i = 0;
  for ([[maybe_unused]] auto _ : state) {
    text.clear();
    AppendKey(i++ & 0xfffff, text);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(BM_AppendKey);

void BM_ExpectedShares(benchmark::State& state) {
  const ZipfSampler zipf(10'000'000, 0.99);
  const Permutation scatter(10'000'000, 1);
  const std::vector<double> arcs(3, 1.0 / 3);
  const auto owner_of = [](std::uint64_t key) -> std::size_t { return key % 3; };
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(ExpectedShares(zipf, scatter, arcs, owner_of));
}
BENCHMARK(BM_ExpectedShares)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringlab
