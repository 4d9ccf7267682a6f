// What a ring costs: a lookup (key hash included), a build, a snapshot of the membership.
//
// Budget: a lookup at 64 nodes x 160 points 30 ns; a build of 1000 nodes x 1000 points 1 s.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/hash.h"
#include "core/membership.h"
#include "core/random.h"
#include "core/ring_spec.h"

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

// Lookups that overlap, as in a loop over keys.
void BM_OwnerOf(benchmark::State& state, const char* dialect) {
  const auto ring = RingOf(dialect, state.range(0), 160);
  const std::vector<std::string> keys = Keys();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ring->OwnerOf(keys[i++ % kKeys]));
}
BENCHMARK_CAPTURE(BM_OwnerOf, xx64, "xx64")->ArgName("nodes")->Arg(8)->Arg(64)->Arg(1000);
BENCHMARK_CAPTURE(BM_OwnerOf, crc32, "crc32-prefix")->ArgName("nodes")->Arg(8)->Arg(64)->Arg(1000);

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
BENCHMARK_CAPTURE(BM_Build, crc32, "crc32-prefix")
    ->ArgNames({"nodes", "replicas"})
    ->Args({1000, 1000})
    ->Unit(benchmark::kMicrosecond);

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
