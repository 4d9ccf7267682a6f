// What a curve costs: requests a second that Shards takes when it is fed with hashes.
//
// BM_FilterAlone is the same loop with the comparison alone. Compare within one run.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/mrc/shards.h"

namespace ringlab {
namespace {

constexpr std::size_t kHashes = std::size_t{1} << 22;  // drawn ahead, a power of two
constexpr double kLogKeys = 16.118;                    // of 10 million

// Hashes of keys whose popularity is that of Zipf with an exponent near 1.
const std::vector<std::uint64_t>& Hashes() {
  static const std::vector<std::uint64_t> hashes = [] {
    Rng rng(1);
    std::vector<std::uint64_t> drawn(kHashes);
    for (std::uint64_t& hash : drawn) {
      hash = Mix64(static_cast<std::uint64_t>(std::exp(rng.Uniform() * kLogKeys)));
    }
    return drawn;
  }();
  return hashes;
}

void Feed(benchmark::State& state, Shards& shards) {
  const std::vector<std::uint64_t>& hashes = Hashes();
  for (const std::uint64_t hash : hashes) {  // full, as in the long run
    if (shards.Samples(hash)) shards.Get(hash, 178);
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const std::uint64_t hash = hashes[i++ & (kHashes - 1)];
    if (shards.Samples(hash)) shards.Get(hash, 178);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["rate"] = shards.rate();
}

// One key in so many thousand.
void BM_ShardsAtRate(benchmark::State& state) {
  Shards shards({.rate = static_cast<double>(state.range(0)) / 1000});
  Feed(state, shards);
}
BENCHMARK(BM_ShardsAtRate)->Arg(1)->Arg(10)->Arg(100);

void BM_ShardsOfFixedSize(benchmark::State& state) {
  Shards shards;
  Feed(state, shards);
}
BENCHMARK(BM_ShardsOfFixedSize);

void BM_FilterAlone(benchmark::State& state) {
  const Shards shards({.rate = 0.01});
  const std::vector<std::uint64_t>& hashes = Hashes();
  std::size_t i = 0;
  std::uint64_t sampled = 0;
  for (auto _ : state) {
    if (shards.Samples(hashes[i++ & (kHashes - 1)])) ++sampled;
  }
  benchmark::DoNotOptimize(sampled);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_FilterAlone);

}  // namespace
}  // namespace ringlab
