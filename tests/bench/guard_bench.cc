// What the guards of a node cost on each request: budget, hot keys, admission, circuit.
//
// Targets, one thread: Observe 15 ns, an admission 20 ns. BM_Hash is the hash that a Get has
// computed already, and a measure of the machine.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/group/holders.h"
#include "core/group/hot_keys.h"
#include "core/guard/admission.h"
#include "core/guard/circuit.h"
#include "core/guard/retry_budget.h"
#include "loadgen/plan/zipf.h"

namespace ringlab {
namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr std::size_t kDraws = std::size_t{1} << 20;  // a power of two
constexpr Duration kBetween = std::chrono::microseconds(10);

struct Draw {
  std::string key;
  std::uint64_t hash;
};

// Keys under Zipf 0.99 out of a million.
const std::vector<Draw>& Draws() {
  static const std::vector<Draw> draws = [] {
    const ZipfSampler zipf(1'000'000, 0.99);
    Rng rng(1);
    std::vector<Draw> all;
    for (std::size_t i = 0; i < kDraws; ++i) {
      std::string key = "key-" + std::to_string(zipf(rng));
      const std::uint64_t hash = HashKey(key);
      all.push_back({std::move(key), hash});
    }
    return all;
  }();
  return draws;
}

void BM_Hash(benchmark::State& state) {
  const std::vector<Draw>& draws = Draws();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(HashKey(draws[i++ % kDraws].key));
}
BENCHMARK(BM_Hash);

void BM_HotKeysObserve(benchmark::State& state) {
  static HotKeys* hot = nullptr;
  if (state.thread_index() == 0) {
    delete hot;
    hot = new HotKeys({.sample_every = static_cast<std::uint32_t>(state.range(0))});
  }
  const std::vector<Draw>& draws = Draws();
  std::size_t i = static_cast<std::size_t>(state.thread_index()) * (kDraws / 2);
  TimePoint now = kStart;
  for (auto _ : state) {
    const Draw& draw = draws[i++ % kDraws];
    benchmark::DoNotOptimize(hot->Observe(draw.key, draw.hash, now += kBetween));
  }
}
BENCHMARK(BM_HotKeysObserve)->ArgName("sample_every")->Arg(1)->Arg(4)->Arg(16);
BENCHMARK(BM_HotKeysObserve)->ArgName("sample_every")->Arg(4)->Threads(2)->UseRealTime();

void BM_BudgetDeposit(benchmark::State& state) {
  static RetryBudget budget({}, kStart);
  for (auto _ : state) budget.Deposit();
}
BENCHMARK(BM_BudgetDeposit)->Threads(1)->Threads(2)->UseRealTime();

void BM_BudgetWithdraw(benchmark::State& state) {
  RetryBudget budget({.floor_per_s = 1e6}, kStart);
  TimePoint now = kStart;
  for (auto _ : state) {
    budget.Deposit();
    benchmark::DoNotOptimize(budget.Withdraw(now += kBetween));
  }
}
BENCHMARK(BM_BudgetWithdraw);

// Admitted and finished; with the adaptive limit when asked for.
void BM_AdmitAndFinish(benchmark::State& state) {
  const auto target = std::chrono::milliseconds(state.range(0));
  static Admission* admission = nullptr;
  if (state.thread_index() == 0) {
    delete admission;
    admission = new Admission({.callers = {.service_time_target = target}});
  }
  TimePoint now = kStart;
  for (auto _ : state) {
    Admission::Permit permit = admission->Admit(Hop::kCaller, now);
    permit.Finish(now += kBetween);
  }
}
BENCHMARK(BM_AdmitAndFinish)->ArgName("target_ms")->Arg(0)->Arg(50);
BENCHMARK(BM_AdmitAndFinish)->ArgName("target_ms")->Arg(0)->Threads(2)->UseRealTime();

void BM_CircuitAskAndReport(benchmark::State& state) {
  Circuit circuit({}, Rng(1));
  for (auto _ : state) {
    const auto ticket = circuit.Ask(kStart);
    benchmark::DoNotOptimize(circuit.Report(*ticket, Circuit::Outcome::kSucceeded, kStart));
  }
}
BENCHMARK(BM_CircuitAskAndReport);

// A write of a key that nobody holds: what every Set and Remove pays.
void BM_HoldersTakeNothing(benchmark::State& state) {
  Holders holders({});
  for (std::uint64_t k = 0; k < 2048; ++k) holders.Add(Mix64(k), "n1", kNever);
  std::uint64_t key = 1 << 20;
  for (auto _ : state) benchmark::DoNotOptimize(holders.Take(Mix64(key++), kStart).everyone);
}
BENCHMARK(BM_HoldersTakeNothing);

}  // namespace
}  // namespace ringlab
