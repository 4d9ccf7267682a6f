// What each eviction policy costs: finds of a million cached entries under Zipf, inserts into a
// full cache, each by one and by two threads; and what an entry takes.
//
// Timings depend on the machine: compare each policy to lru within one run.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/cache/cache.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/zipf.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kKeys = 1'000'000;
constexpr std::size_t kValueBytes = 100;
constexpr std::size_t kDraws = std::size_t{1} << 20;  // keys drawn ahead, a power of two

std::string KeyOf(std::uint64_t k) { return "key-" + std::to_string(k); }

// A cache that the threads of one benchmark share, full of keys 0 to kKeys - 1.
class FullCache {
 public:
  static FullCache& Of(Policy policy, std::size_t budget_bytes) {
    static std::unique_ptr<FullCache> shared;  // one at a time: each takes hundreds of megabytes
    if (shared == nullptr || shared->policy_ != policy ||
        shared->cache.stats().budget_bytes != budget_bytes) {
      shared = nullptr;
      shared = std::make_unique<FullCache>(policy, budget_bytes);
    }
    return *shared;
  }

  FullCache(Policy policy, std::size_t budget_bytes)
      : cache({.budget_bytes = budget_bytes, .policy = policy}), policy_(policy) {
    const std::string value(kValueBytes, 'v');
    for (std::uint64_t k = 0; k < kKeys; ++k) cache.Insert(KeyOf(k), HashKey(KeyOf(k)), value);
  }

  Cache cache;

 private:
  const Policy policy_;
};

// Keys under Zipf 0.99, each a copy of its own, one after the other: see core_bench.
class Draws {
 public:
  explicit Draws(int thread) {
    const ZipfSampler zipf(kKeys, 0.99);
    const Permutation scatter(kKeys, kSeed);
    Rng rng = Rng(kSeed).Split("draw " + std::to_string(thread));
    std::vector<std::pair<std::size_t, std::size_t>> spans;
    for (std::size_t i = 0; i < kDraws; ++i) {
      const std::string key = KeyOf(scatter(zipf(rng) - 1));
      spans.emplace_back(bytes_.size(), key.size());
      bytes_ += key;
    }
    for (const auto& [at, size] : spans) keys_.push_back(std::string_view(bytes_).substr(at, size));
  }

  std::string_view Next() { return keys_[next_++ % kDraws]; }

 private:
  std::string bytes_;
  std::vector<std::string_view> keys_;
  std::size_t next_ = 0;
};

void Get(benchmark::State& state, Policy policy) {
  static FullCache* full;
  if (state.thread_index() == 0) full = &FullCache::Of(policy, std::size_t{1} << 30);
  Draws draws(state.thread_index());
  for (auto _ : state) {
    const std::string_view key = draws.Next();
    benchmark::DoNotOptimize(full->cache.Find(key, HashKey(key)));
  }
  state.SetItemsProcessed(state.iterations());
}

// New keys, each of which makes others leave.
void Put(benchmark::State& state, Policy policy) {
  static FullCache* full;
  if (state.thread_index() == 0) full = &FullCache::Of(policy, std::size_t{64} << 20);
  const std::string value(kValueBytes, 'v');
  std::uint64_t k = kKeys * static_cast<std::uint64_t>(1 + state.thread_index());
  for (auto _ : state) {
    const std::string key = KeyOf(k++);
    full->cache.Insert(key, HashKey(key), value);
  }
  state.SetItemsProcessed(state.iterations());
}

// Finds under Zipf in a cache that holds one key in twenty; what is missed is inserted.
void GetOrPut(benchmark::State& state, Policy policy) {
  static FullCache* full;
  if (state.thread_index() == 0) full = &FullCache::Of(policy, std::size_t{8} << 20);
  Draws draws(state.thread_index());
  const std::string value(kValueBytes, 'v');
  std::uint64_t hits = 0;
  for (auto _ : state) {
    const std::string_view key = draws.Next();
    const std::uint64_t hash = HashKey(key);
    if (full->cache.Find(key, hash)) {
      ++hits;
    } else {
      full->cache.Insert(key, hash, value);
    }
  }
  state.counters["hit_ratio"] =
      benchmark::Counter(static_cast<double>(hits) / static_cast<double>(state.iterations()),
                         benchmark::Counter::kAvgThreads);
}

// No time but bytes: what a million entries of a size are charged, and what malloc holds for them.
void Bytes(benchmark::State& state, Policy policy) {
  const std::string value(static_cast<std::size_t>(state.range(0)), 'v');
  const auto in_use = [] {
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
  };
  for (auto _ : state) {
    const double before = in_use();
    Cache cache({.budget_bytes = std::size_t{4} << 30, .policy = policy});
    double payload = 0;
    for (std::uint64_t k = 0; k < kKeys; ++k) {
      const std::string key = KeyOf(k);
      cache.Insert(key, HashKey(key), value);
      payload += static_cast<double>(key.size() + value.size());
    }
    const auto charged = static_cast<double>(cache.stats().used_bytes);
    state.counters["overhead_bytes"] = (charged - payload) / static_cast<double>(kKeys);
    state.counters["held_to_charged"] = (in_use() - before) / charged;
  }
}

int Register() {
  const auto name = [](const char* what, Policy policy) {
    return std::string(what) + "/" + std::string(PolicyName(policy));
  };
  for (const Policy policy : Policies()) {
    using Run = void (*)(benchmark::State&, Policy);
    for (const auto& [what, run] :
         {std::pair<const char*, Run>{"BM_Get", Get}, {"BM_Put", Put}, {"BM_GetOrPut", GetOrPut}}) {
      benchmark::RegisterBenchmark(name(what, policy).c_str(), run, policy)
          ->Threads(1)
          ->Threads(2)
          ->UseRealTime();
    }
  }
  for (const Policy policy : Policies()) {
    benchmark::RegisterBenchmark(name("BM_Bytes", policy).c_str(), Bytes, policy)
        ->Arg(10)
        ->Arg(100)
        ->Arg(500)
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
  }
  return 0;
}

const int kRegistered = Register();

}  // namespace
}  // namespace ringlab
