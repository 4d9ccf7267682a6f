// Groups under threads: for ThreadSanitizer to read, and for the identities to hold after.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "core/base/random.h"
#include "core/source/synthetic_source.h"
#include "core/source/synthetic_value.h"
#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

using Script = FakeSource::Script;
using std::chrono::milliseconds;

// Runs `step(thread, i)` on threads, the first of which also lets virtual time pass.
template <class Step>
void RunThreads(ManualScheduler& scheduler, std::uint64_t threads, std::uint64_t steps, Step step) {
  std::vector<std::thread> workers;
  for (std::uint64_t t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < steps; ++i) {
        step(t, i);
        if (t == 0 && i % 4 == 0) scheduler.AdvanceBy(milliseconds(1));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
}

TEST_CASE("three nodes under threads, failing sources and a dying node account for every Get") {
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kSteps = 1'000;
  GroupCluster cluster(3,
                       {.name = "g",
                        .layers = {.bytes = 3000},  // evicts
                        .flights = {.load_timeout = milliseconds(20), .waiters_max = 8},
                        .fallbacks_max = 4},
                       milliseconds(1));
  std::vector<std::atomic<int>> answered(kThreads * kSteps);
  std::atomic<int> wrong{0};
  RunThreads(cluster.scheduler(), kThreads, kSteps, [&](std::uint64_t t, std::uint64_t i) {
    Rng rng = Rng(t * kSteps + i);
    const std::string key = "k" + std::to_string(rng.Below(200));
    constexpr Script kScripts[] = {Script::kNow,  Script::kNow,  Script::kNow,   Script::kHold,
                                   Script::kFail, Script::kDrop, Script::kTwice, Script::kThrow};
    const std::size_t at = rng.Below(3);
    if (i % 50 == 0) cluster.source(at).Play(kScripts[rng.Below(8)]);
    if (i % 50 == 25) cluster.source(at).Release();
    if (t == 0 && i % 200 == 100) cluster.transport().Kill("n1");
    if (t == 0 && i % 200 == 150) cluster.transport().Revive("n1");
    const TimePoint deadline =
        rng.Below(2) == 0 ? kNever : cluster.scheduler().Now() + milliseconds(rng.Below(30));
    cluster.group(at).Get(AskFor(key, deadline),
                          [&, key, id = t * kSteps + i](const Result<GetReply>& reply) {
                            answered[id].fetch_add(1);
                            if (reply && reply->value.view() != FakeSource::ValueOf(key))
                              wrong.fetch_add(1);
                          });
  });
  cluster.CheckIdentities();
  REQUIRE(wrong == 0);
  for (const std::atomic<int>& times : answered) REQUIRE(times == 1);
  REQUIRE(cluster.group(0).stats().cache.evicted > 0);
}

TEST_CASE("threads on one group with a synthetic source get values that verify") {
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kSteps = 2'000;
  ManualScheduler scheduler;
  DirectTransport transport(scheduler);
  SyntheticSpec spec = ParseSyntheticSpec("size=20-200,latency=exp:2ms,error=5%").value();
  auto source = std::make_unique<SyntheticSource>(spec, 1, scheduler);
  Membership membership("n0", RingOf({"n0"}));
  Group group({.name = "g", .layers = {.bytes = 20000}},
              {membership, transport, *source, scheduler});
  std::atomic<std::uint64_t> ok{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> wrong{0};
  RunThreads(scheduler, kThreads, kSteps, [&](std::uint64_t t, std::uint64_t i) {
    const std::string key = "k" + std::to_string(Rng(t * kSteps + i).Below(300));
    group.Get(AskFor(key), [&, key](const Result<GetReply>& reply) {
      ++(reply ? ok : failed);
      if (reply && SyntheticVersion(key, reply->value.view()) != 0U) ++wrong;
    });
  });
  scheduler.AdvanceBy(std::chrono::seconds(10));
  REQUIRE(wrong == 0);
  REQUIRE(ok + failed == kThreads * kSteps);
  const GroupStats stats = group.stats();
  REQUIRE(CheckIdentities(stats) == "");
  REQUIRE(stats.answered_ok == ok);
  REQUIRE(stats.hits > 0);
  scheduler.DropPending();
  source.reset();
}

}  // namespace
}  // namespace ringlab
