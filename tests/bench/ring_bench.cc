// What a ring costs: a lookup (key hash included), a build, a snapshot of the membership.
//
// Budget: a lookup at 64 nodes x 160 points 30 ns; a build of 1000 nodes x 1000 points 1 s.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/ring/bounded_loads.h"
#include "core/ring/membership.h"
#include "core/ring/spec.h"

namespace ringlab {
namespace {

constexpr std::size_t kKeys = 1 << 14;  // a power of two

std::vector<std::string> Names(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back("node-" + std::to_string(i));
  return names;
}

std::vector<std::string> Keys() {
  Rng rng(1);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) {
    keys.push_back("key-" + std::to_string(rng.Below(10'000'000)));
  }
  return keys;
}

std::shared_ptr<const Ring> RingOf(const char* dialect, std::int64_t nodes,
                                   std::uint32_t replicas) {
  return BuildRing({dialect, replicas}, EqualNodes(Names(nodes))).value();
}

// Lookups that overlap, as in a loop over keys. Replicas are the points' alone.
void BM_OwnerOf(benchmark::State& state, const char* dialect) {
  const auto ring = RingOf(dialect, state.range(0), 160);
  const std::vector<std::string> keys = Keys();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ring->OwnerOf(keys[i++ % kKeys]));
  state.counters["ring_bytes"] = static_cast<double>(ring->bytes());
}
#define RL_LOOKUP_OF(name, dialect) \
  BENCHMARK_CAPTURE(BM_OwnerOf, name, dialect)->ArgName("nodes")->Arg(8)->Arg(100)->Arg(1000)
RL_LOOKUP_OF(xx64, "xx64")->Arg(64);
RL_LOOKUP_OF(crc32_prefix, "crc32-prefix");
RL_LOOKUP_OF(crc32_suffix, "crc32-suffix");
RL_LOOKUP_OF(fnv1_md5, "fnv1-md5");
RL_LOOKUP_OF(ketama, "ketama");
RL_LOOKUP_OF(envoy, "envoy");
RL_LOOKUP_OF(jump, "jump");
RL_LOOKUP_OF(rendezvous, "rendezvous");
RL_LOOKUP_OF(maglev, "maglev");
RL_LOOKUP_OF(maglev_large, "maglev:655373");
RL_LOOKUP_OF(mpch, "mpch");
RL_LOOKUP_OF(anchor, "anchor");

// Rendezvous with weights that differ computes a logarithm a node.
void BM_OwnerOfWeighted(benchmark::State& state) {
  std::vector<RingNode> nodes = EqualNodes(Names(state.range(0)));
  nodes.front().weight = 2;
  const auto ring = BuildRing({"rendezvous", 1}, nodes).value();
  const std::vector<std::string> keys = Keys();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ring->OwnerOf(keys[i++ % kKeys]));
}
BENCHMARK(BM_OwnerOfWeighted)->ArgName("nodes")->Arg(8)->Arg(100)->Arg(1000);

// A request under bounded loads, c = 1.25, with ten requests a node under way.
void BM_BoundedLoads(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  auto loads = BoundedLoads::Make(RingOf("xx64", state.range(0), 160), 1.25).value();
  const std::vector<std::string> keys = Keys();
  std::vector<NodeIndex> running(10 * nodes);
  std::size_t i = 0;
  for (NodeIndex& node : running) node = loads.Acquire(keys[i++ % kKeys]);
  for (auto _ : state) {
    NodeIndex& node = running[i % running.size()];
    loads.Release(node);
    node = loads.Acquire(keys[i++ % kKeys]);
  }
  state.counters["spilled"] =
      static_cast<double>(loads.spilled()) / static_cast<double>(loads.requests());
}
BENCHMARK(BM_BoundedLoads)->ArgName("nodes")->Arg(8)->Arg(100)->Arg(1000);

// Each lookup waits for the one before: the whole latency of one.
void BM_OwnerOfOneByOne(benchmark::State& state, const char* dialect) {
  const auto ring = RingOf(dialect, state.range(0), 160);
  const std::vector<std::string> keys = Keys();
  std::size_t i = 0;
  // Always + 0, which only the lookup can tell: so every key has its turn.
  for (auto _ : state) i += 1 + (ring->OwnerOf(keys[i % kKeys]) >> 31);
  benchmark::DoNotOptimize(i);
}
BENCHMARK_CAPTURE(BM_OwnerOfOneByOne, xx64, "xx64")->ArgName("nodes")->Arg(8)->Arg(64)->Arg(1000);

// The part of a lookup that no ring can save.
void BM_KeyHash(benchmark::State& state) {
  const std::vector<std::string> keys = Keys();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(HashXx64(keys[i++ % kKeys], 0));
}
BENCHMARK(BM_KeyHash);

void BM_Build(benchmark::State& state, const char* dialect) {
  const auto replicas = static_cast<std::uint32_t>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(RingOf(dialect, state.range(0), replicas));
}
BENCHMARK_CAPTURE(BM_Build, xx64, "xx64")
    ->ArgNames({"nodes", "replicas"})
    ->Args({3, 160})
    ->Args({64, 160})
    ->Args({1000, 160})
    ->Args({1000, 1000})
    ->Unit(benchmark::kMicrosecond);
#define RL_BUILD_OF(name, dialect)           \
  BENCHMARK_CAPTURE(BM_Build, name, dialect) \
      ->ArgNames({"nodes", "replicas"})      \
      ->Args({1000, 1000})                   \
      ->Unit(benchmark::kMicrosecond)
RL_BUILD_OF(crc32_prefix, "crc32-prefix");
RL_BUILD_OF(crc32_suffix, "crc32-suffix");
RL_BUILD_OF(fnv1_md5, "fnv1-md5");
RL_BUILD_OF(ketama, "ketama");
RL_BUILD_OF(envoy, "envoy");
RL_BUILD_OF(maglev, "maglev");
RL_BUILD_OF(maglev_large, "maglev:655373");
RL_BUILD_OF(anchor, "anchor");

const Membership& SharedMembership() {
  static const Membership membership("node-0", RingOf("xx64", 3, 160));
  return membership;
}

void BM_Snapshot(benchmark::State& state) {
  const Membership& membership = SharedMembership();
  for (auto _ : state) benchmark::DoNotOptimize(membership.Snapshot());
}
BENCHMARK(BM_Snapshot)->Threads(1)->Threads(2);

}  // namespace
}  // namespace ringlab
