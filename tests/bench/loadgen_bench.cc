// What the generator spends on itself: a sample, a key, a plan, a record.
//
// Budgets: a Zipf sample 40 ns, a histogram record 10 ns, a request's accounting 150 ns.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/random.h"
#include "loadgen/measure/phase_tally.h"
#include "loadgen/measure/time_series.h"
#include "loadgen/plan/expected_shares.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/workload.h"
#include "loadgen/plan/zipf.h"

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

// Answers come 300 us or so after the sending, exponentially.
class AnswerClock final : public Scheduler {
 public:
  TimePoint Now() const override { return now_; }
  void RunAt(TimePoint /*when*/, Function<void()> /*task*/) override {}
  void Answer(TimePoint sent) {
    now_ = sent + Duration(static_cast<std::int64_t>(rng_.Exponential() * 3e5));
  }

 private:
  Rng rng_{1};
  TimePoint now_{};
};

// A request's whole accounting on the threads that send and answer: begun, answered from a cache,
// at 10,000 requests/s; with and without what the series second by second takes.
void BM_RequestAccounting(benchmark::State& state) {
  const bool taking = state.range(0) != 0;
  AnswerClock clock;
  const std::chrono::hours hour(1);
  PhaseTally tally(
      {.phase = {TimePoint{}, Duration{}, hour, taking ? std::chrono::seconds(1) : Duration{}},
       .nodes = 3,
       .in_flight_max = 100,
       .verify = false},
      clock, nullptr, [] {});
  const Result<GetReply> reply = GetReply{};
  SentRequest request{.owner = 1};
  std::uint64_t asked = 0;
  std::vector<TimeSeries::Answer> answers;
  for ([[maybe_unused]] auto _ : state) {
    request.intended =
        TimePoint((request.intended + std::chrono::microseconds(100)).time_since_epoch() % hour);
    request.sent = request.intended + std::chrono::microseconds(5);
    tally.Begin(request, {.rank = 5});
    clock.Answer(request.sent);
    tally.Answered(request, reply);
    if (taking && ++asked % 2000 == 0) tally.TakeAnswers(answers);
  }
  benchmark::DoNotOptimize(tally.totals());
}
BENCHMARK(BM_RequestAccounting)->ArgName("series")->Arg(0)->Arg(1);

// And what the collecting thread pays for it, five times a second.
void BM_SeriesAnswer(benchmark::State& state) {
  Rng rng(1);
  std::vector<TimeSeries::Answer> answers(2000);
  TimeSeries series(std::chrono::hours(1), std::chrono::seconds(1));
  std::uint16_t second = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (TimeSeries::Answer& answer : answers) {
      const auto ns = static_cast<std::int64_t>(rng.Exponential() * 3e5);
      const auto bucket = static_cast<std::uint16_t>(Histogram::IndexOf(ns));
      answer = {.interval = second, .operation = 0, .response = bucket, .service = bucket};
    }
    second = static_cast<std::uint16_t>((second + 1) % 3600);
    series.Add(answers);
  }
  state.SetItemsProcessed(state.iterations() * 2000);
}
BENCHMARK(BM_SeriesAnswer);

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
