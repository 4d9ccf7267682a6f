#include "core/guard/admission.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/random.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Permits = std::vector<Admission::Permit>;

constexpr TimePoint kAdmissionStart{std::chrono::hours(1)};

// Asks until it is refused or `most` are held.
std::size_t Fill(Admission& admission, Permits& held, Hop hop, std::size_t most = 1000) {
  const std::size_t before = held.size();
  while (held.size() - before < most) {
    Admission::Permit permit = admission.Admit(hop, kAdmissionStart);
    if (!permit) break;
    held.push_back(std::move(permit));
  }
  return held.size() - before;
}

TEST_CASE("each lane admits up to its limit and a permit that ends makes room") {
  Admission admission({.callers = {.limit = 3}, .peers = {.limit = 2}});
  Permits callers;
  Permits peers;
  REQUIRE(Fill(admission, callers, Hop::kCaller) == 3);
  REQUIRE(Fill(admission, peers, Hop::kPeer) == 2);  // callers do not crowd out peers
  callers.pop_back();
  callers.front().Finish(kAdmissionStart);
  callers.front().Finish(kAdmissionStart);  // a second time changes nothing
  REQUIRE_FALSE(callers.front());
  REQUIRE(Fill(admission, callers, Hop::kCaller) == 2);
  const LaneStats stats = admission.stats(Hop::kCaller);
  REQUIRE(stats.admitted == 5);
  REQUIRE(stats.finished == 2);
  REQUIRE(stats.in_flight == 3);
  REQUIRE(stats.refused == 2);
  callers.clear();
  REQUIRE(admission.stats(Hop::kCaller).in_flight == 0);
  REQUIRE(admission.stats(Hop::kPeer).in_flight == 2);
}

TEST_CASE("the refused come back spread out at the rate at which work ends") {
  Admission admission({.callers = {.limit = 10}, .pushback_max = milliseconds(200)});
  {
    Admission::Permit permit = admission.Admit(Hop::kCaller, kAdmissionStart);
    permit.Finish(kAdmissionStart + milliseconds(100));
  }
  REQUIRE(admission.stats(Hop::kCaller).service_time == milliseconds(100));
  // Ten at a time of 100 ms each: one every 10 ms.
  const TimePoint now = kAdmissionStart + seconds(1);
  for (int i = 1; i <= 20; ++i) {
    REQUIRE(admission.Pushback(Hop::kCaller, now) == milliseconds(10) * i);
  }
  REQUIRE(admission.Pushback(Hop::kCaller, now) == milliseconds(200));  // the bound
  REQUIRE(admission.Pushback(Hop::kCaller, now + milliseconds(50)) == milliseconds(160));
  REQUIRE(admission.Pushback(Hop::kCaller, now + seconds(9)) == milliseconds(10));
  REQUIRE(admission.Pushback(Hop::kPeer, now) == milliseconds(1));  // nothing known: the least
}

// A server that does one thing at a time, 1 ms each, behind more callers than it can serve.
struct Server {
  // One interval: as many in flight as admitted, each waits for those before it.
  void Run(std::size_t offered, int intervals) {
    for (int i = 0; i < intervals; ++i) {
      Permits held;
      const TimePoint begin = now;
      while (held.size() < offered) {
        Admission::Permit permit = admission.Admit(Hop::kCaller, begin);
        if (!permit) break;
        held.push_back(std::move(permit));
      }
      const auto service_time = milliseconds(1) * static_cast<std::int64_t>(held.size());
      for (std::size_t n = 0; n < 50; ++n) {  // so that the mean follows
        Admission::Permit probe = admission.Admit(Hop::kPeer, begin);
        if (n < held.size()) held[held.size() - 1 - n].Finish(begin + service_time);
      }
      now += milliseconds(100);
    }
  }
  std::uint32_t limit() const { return admission.stats(Hop::kCaller).limit; }

  Admission admission{
      {.callers = {.limit = 640, .service_time_target = milliseconds(100), .limit_min = 20}}};
  TimePoint now = kAdmissionStart;
};

TEST_CASE("an adaptive limit settles where the service time meets its target") {
  Server server;
  server.Run(1000, 100);
  // Around 100 in flight of 1 ms each: below by a step of a tenth, above by steps of 640 / 64.
  for (int i = 0; i < 50; ++i) {
    server.Run(1000, 1);
    REQUIRE(server.limit() >= 80);
    REQUIRE(server.limit() <= 125);
  }
  const std::uint32_t settled = server.limit();
  server.Run(20, 50);  // few requests, all fast: they prove nothing about a larger limit
  REQUIRE(server.limit() == settled);
}

TEST_CASE("an adaptive limit stays within its bounds") {
  Admission admission({.callers = {.limit = 64,
                                   .service_time_target = milliseconds(1),
                                   .limit_min = 8,
                                   .interval = milliseconds(10)}});
  TimePoint now = kAdmissionStart;
  const auto run = [&](Duration took) {
    for (int i = 0; i < 2'000; ++i) {
      Permits held;
      for (std::uint32_t n = 0; n < admission.stats(Hop::kCaller).limit; ++n) {
        held.push_back(admission.Admit(Hop::kCaller, now));
      }
      now += took;
      for (Admission::Permit& permit : held) permit.Finish(now);
    }
  };
  run(milliseconds(50));
  REQUIRE(admission.stats(Hop::kCaller).limit == 8);
  run(milliseconds(1) - Duration(500'000));
  REQUIRE(admission.stats(Hop::kCaller).limit == 64);
}

TEST_CASE("threads never hold more than the limit and every permit is accounted for") {
  constexpr std::uint32_t kLimit = 3;
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kSteps = 10'000;
  Admission admission({.callers = {.limit = kLimit, .service_time_target = seconds(1)}});
  std::atomic<std::uint32_t> held{0};
  std::atomic<std::uint32_t> most{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Rng rng(t);
      for (std::uint64_t i = 0; i < kSteps; ++i) {
        const TimePoint now = kAdmissionStart + Duration(static_cast<std::int64_t>(i));
        Admission::Permit permit = admission.Admit(Hop::kCaller, now);
        if (!permit) {
          admission.Pushback(Hop::kCaller, now);
          continue;
        }
        const std::uint32_t mine = held.fetch_add(1) + 1;
        std::uint32_t seen = most.load();
        while (seen < mine && !most.compare_exchange_weak(seen, mine)) {
        }
        if (i % 64 == 0) std::this_thread::yield();
        held.fetch_sub(1);
        if (rng.Below(2) == 0) permit.Finish(now + Duration(5));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(most <= kLimit);
  const LaneStats stats = admission.stats(Hop::kCaller);
  REQUIRE(stats.in_flight == 0);
  REQUIRE(stats.admitted == stats.finished);
  REQUIRE(stats.admitted + stats.refused == kThreads * kSteps);
}

}  // namespace
}  // namespace ringlab
