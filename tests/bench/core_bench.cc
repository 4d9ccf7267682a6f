// What the core costs: a cached Get through the whole Group, and the parts it is made of.
//
// Timings depend on the machine, so BM_Reference measures the machine: dependent loads over as much
// memory as the cache holds. Compare ratios to it within one run.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/counter.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/group/flights.h"
#include "core/group/group.h"
#include "core/ring/membership.h"
#include "core/ring/spec.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/zipf.h"
#include "tests/support/direct_transport.h"
#include "tests/support/fake_source.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kKeys = 1'000'000;
constexpr std::size_t kValueBytes = 100;
constexpr std::size_t kDraws = std::size_t{1} << 20;  // keys drawn ahead, a power of two

GetRequest Ask(std::string_view key) {
  GetRequest request;
  request.group = "bench";
  request.key = key;
  return request;
}

// Every key has a value of 100 bytes.
class ConstantSource final : public Source {
 public:
  void Load(std::string_view, LoadCallback done) override {
    done(Value::Copy(std::string(kValueBytes, 'v')));
  }
};

// A group of one node with a million entries, all cached, and who asks for which of them.
struct FullGroup {
  static FullGroup& Shared() {
    static FullGroup group;
    return group;
  }

  FullGroup()
      : membership("n0", BuildRing(RingSpec{}, {{"n0"}}).value()),
        transport(scheduler),
        group({.name = "bench", .layers = {.bytes = std::size_t{1} << 30}},
              {membership, transport, source, scheduler}) {
    keys.reserve(kKeys);
    for (std::uint64_t k = 0; k < kKeys; ++k) keys.push_back("key-" + std::to_string(k));
    for (const std::string& key : keys) {
      group.Get(Ask(key), [](const Result<GetReply>&) {});
    }
    if (group.stats().cache.items != kKeys) std::abort();  // a benchmark of hits must hit
  }

  // A sequence of keys under Zipf 0.99. Copies of the bytes, one after the other, because a real
  // key arrives in a buffer that was just written and not in a table of a million strings.
  static std::vector<std::string_view> Draw(std::uint64_t stream, std::string& bytes) {
    const ZipfSampler zipf(kKeys, 0.99);
    const Permutation scatter(kKeys, kSeed);
    Rng rng = Rng(kSeed).Split("draw " + std::to_string(stream));
    std::vector<std::pair<std::size_t, std::size_t>> spans;
    for (std::size_t i = 0; i < kDraws; ++i) {
      const std::string key = "key-" + std::to_string(scatter(zipf(rng) - 1));
      spans.emplace_back(bytes.size(), key.size());
      bytes += key;
    }
    std::vector<std::string_view> draws;
    for (const auto& [at, size] : spans) draws.push_back(std::string_view(bytes).substr(at, size));
    return draws;
  }

  std::vector<std::string> keys;
  ManualScheduler scheduler;
  Membership membership;
  DirectTransport transport;
  ConstantSource source;
  Group group;
};

void BM_Reference(benchmark::State& state) {
  // One random cycle through 160 MB, a cache line a step (S. Sattolo's algorithm).
  struct alignas(64) Line {
    std::uint32_t next;
  };
  std::vector<Line> lines(kKeys * 160 / sizeof(Line));
  std::vector<std::uint32_t> order(lines.size());
  std::iota(order.begin(), order.end(), 0U);
  Rng rng(kSeed);
  for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[rng.Below(i)]);
  for (std::size_t i = 0; i < order.size(); ++i) lines[i].next = order[i];
  std::uint32_t at = 0;
  for (auto _ : state) at = lines[at].next;
  benchmark::DoNotOptimize(at);
}
BENCHMARK(BM_Reference);

void BM_GroupGetCached(benchmark::State& state) {
  Group& group = FullGroup::Shared().group;
  std::string bytes;
  const std::vector<std::string_view> draws =
      FullGroup::Draw(static_cast<std::uint64_t>(state.thread_index()), bytes);
  std::size_t i = 0;
  std::size_t sum = 0;
  for (auto _ : state) {
    group.Get(Ask(draws[i++ % kDraws]),
              [&sum](const Result<GetReply>& reply) { sum += reply->value.size(); });
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_GroupGetCached)->Threads(1)->Threads(2)->UseRealTime();

// The same through one hot key: what a Get costs when memory does not.
void BM_GroupGetHottest(benchmark::State& state) {
  Group& group = FullGroup::Shared().group;
  std::size_t sum = 0;
  for (auto _ : state) {
    group.Get(Ask("key-7"), [&sum](const Result<GetReply>& reply) { sum += reply->value.size(); });
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(BM_GroupGetHottest);

void BM_CacheFind(benchmark::State& state) {
  Cache cache(std::size_t{1} << 30);
  const std::string value(kValueBytes, 'v');
  for (std::uint64_t k = 0; k < kKeys; ++k) {
    const std::string key = "key-" + std::to_string(k);
    cache.Insert(key, HashKey(key), value);
  }
  std::string bytes;
  const std::vector<std::string_view> draws = FullGroup::Draw(0, bytes);
  std::size_t i = 0;
  for (auto _ : state) {
    const std::string_view key = draws[i++ % kDraws];
    benchmark::DoNotOptimize(cache.Find(key, HashKey(key)));
  }
}
BENCHMARK(BM_CacheFind);

// A full cache: every new key evicts an old one.
void BM_CacheInsertEvicting(benchmark::State& state) {
  Cache cache(std::size_t{64} << 20);
  const std::string value(kValueBytes, 'v');
  std::uint64_t k = 0;
  for (; k < kKeys; ++k) {
    const std::string key = "key-" + std::to_string(k);
    cache.Insert(key, HashKey(key), value);
  }
  for (auto _ : state) {
    const std::string key = "key-" + std::to_string(k++);
    cache.Insert(key, HashKey(key), value);
  }
}
BENCHMARK(BM_CacheInsertEvicting);

void BM_FlightJoinAndLand(benchmark::State& state) {
  ManualScheduler scheduler;
  Flights flights(scheduler, {});
  const std::string key = "key-7";
  const std::uint64_t hash = HashKey(key);
  const GetReply reply{Value::Copy(std::string(kValueBytes, 'v')), Level::kSource};
  for (auto _ : state) {
    Flight flight = flights.Join(Ask(key), hash, [](const Result<GetReply>&) {});
    flight.Land(reply);
  }
}
BENCHMARK(BM_FlightJoinAndLand);

void BM_CounterAdd(benchmark::State& state) {
  static Counter counter;
  for (auto _ : state) counter.Add();
}
BENCHMARK(BM_CounterAdd)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
}  // namespace ringlab
