#include "loadgen/measure/measurements.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "core/base/random.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::milliseconds;

Measurements Sound() {
  Measurements m(1);
  m.totals = {.scheduled = 110,
              .sent = 100,
              .skipped = 10,
              .ok = 90,
              .not_found = 5,
              .errors = 3,
              .timeouts = 2,
              .wrong_values = 1};
  m.failures.Count(Code::kUnavailable, 0, 3);
  m.failures.Count(Code::kDeadlineExceeded, 0, 2);
  m.of(Operation::kGet).requests = 80;
  m.of(Operation::kSet).requests = 15;
  m.of(Operation::kRemove).requests = 5;
  m.of(Operation::kSet).failed = 3;
  m.keys = {.asked = 800, .ok = 790, .not_found = 6, .failed = 4};
  m.levels[static_cast<std::size_t>(Level::kCache)].RecordMany(1000, 700);
  m.levels[static_cast<std::size_t>(Level::kPeer)].RecordMany(2000, 90);
  m.ranks.Count(1, 60);
  m.ranks.Count(123, 40);
  m.staleness = {.reads = 10, .stale = 4, .own_stale = 2, .reverted = 3, .untold = 1, .age = {}};
  return m;
}

TEST_CASE("the identities of a phase name what does not add up") {
  REQUIRE(CheckIdentities(Measurements(1)) == "");
  REQUIRE(CheckIdentities(Sound()) == "");
  const auto complaint = [](auto spoil) {
    Measurements m = Sound();
    spoil(m);
    return CheckIdentities(m);
  };
  REQUIRE_THAT(complaint([](auto& m) { ++m.totals.scheduled; }),
               Contains("scheduled 111 is not sent 100 + skipped 10"));
  for (std::uint64_t Totals::* count :
       {&Totals::ok, &Totals::not_found, &Totals::errors, &Totals::timeouts}) {
    REQUIRE_THAT(complaint([&](auto& m) { m.totals.*count += 1; }), Contains("sent 100 is not ok"));
  }
  REQUIRE_THAT(complaint([](auto& m) { m.failures.Count(Code::kInternal, 0); }),
               Contains("errors 3 + timeouts 2 are not the failures' 6"));
  REQUIRE_THAT(complaint([](auto& m) { ++m.of(Operation::kRemove).requests; }),
               Contains("sent 100 is not gets 80 + sets 15 + removes 6"));
  for (std::uint64_t KeyTotals::* count : {&KeyTotals::asked, &KeyTotals::failed}) {
    REQUIRE_THAT(complaint([&](auto& m) { m.keys.*count += 1; }), Contains("is not ok 790"));
  }
  REQUIRE_THAT(complaint([](auto& m) { m.levels[0].Record(1); }),
               Contains("keys ok 790 is not the levels' 791"));
  REQUIRE_THAT(complaint([](auto& m) { m.staleness.reads = 7; }),
               Contains("reads judged 7 are fewer than stale 4"));
  REQUIRE_THAT(complaint([](auto& m) { m.staleness.own_stale = 5; }), Contains("own 5"));
}

TEST_CASE("measurements add up field by field") {
  Measurements sum = Sound();
  sum.Merge(Sound());
  REQUIRE(sum.totals.scheduled == 220);
  REQUIRE(sum.totals.sent == 200);
  REQUIRE(sum.totals.skipped == 20);
  REQUIRE(sum.totals.ok == 180);
  REQUIRE(sum.totals.not_found == 10);
  REQUIRE(sum.totals.errors == 6);
  REQUIRE(sum.totals.timeouts == 4);
  REQUIRE(sum.totals.wrong_values == 2);
  REQUIRE(sum.keys.asked == 1600);
  REQUIRE(sum.keys.ok == 1580);
  REQUIRE(sum.keys.not_found == 12);
  REQUIRE(sum.keys.failed == 8);
  REQUIRE(sum.of(Operation::kSet).failed == 6);
  REQUIRE(sum.levels[0].count() == 1400);
  REQUIRE(sum.staleness.reads == 20);
  REQUIRE(sum.staleness.stale == 8);
  REQUIRE(sum.staleness.own_stale == 4);
  REQUIRE(sum.staleness.reverted == 6);
  REQUIRE(sum.staleness.untold == 2);
  REQUIRE(CheckIdentities(sum) == "");
}

// Percentiles of workers cannot be averaged: the merged ones must be those of all the values.
TEST_CASE("merged measurements are those of one worker who saw everything") {
  constexpr std::size_t kNodes = 3;
  Measurements fast(kNodes);
  Measurements slow(kNodes);
  Measurements whole(kNodes);
  Rng rng(11);
  for (int i = 0; i < 20'000; ++i) {
    const bool is_slow = i % 50 == 0;  // the slow worker has all of the tail
    const auto ns = static_cast<std::int64_t>(rng.Below(1'000'000)) * (is_slow ? 1000 : 1);
    const auto owner = static_cast<std::size_t>(i) % kNodes;
    for (Measurements* to : {is_slow ? &slow : &fast, &whole}) {
      to->totals.sent += 1;
      to->latencies.response.Record(ns);
      to->latencies.service.Record(ns / 2);
      to->latencies.send_lag.Record(ns - ns / 2);
      to->owners[owner].requests += 1;
      to->owners[owner].response.Record(ns);
    }
  }
  Measurements merged(kNodes);
  merged.Merge(fast);
  merged.Merge(slow);
  REQUIRE(merged.totals.sent == 20'000);
  REQUIRE(merged.latencies.response == whole.latencies.response);
  REQUIRE(merged.latencies.service == whole.latencies.service);
  REQUIRE(merged.latencies.send_lag == whole.latencies.send_lag);
  for (std::size_t i = 0; i < kNodes; ++i) {
    REQUIRE(merged.owners[i].requests == whole.owners[i].requests);
    REQUIRE(merged.owners[i].response == whole.owners[i].response);
  }
  const double mean_of_p99s = (static_cast<double>(fast.latencies.response.ValueAtPercentile(99)) +
                               static_cast<double>(slow.latencies.response.ValueAtPercentile(99))) /
                              2;
  REQUIRE(static_cast<double>(merged.latencies.response.ValueAtPercentile(99)) < mean_of_p99s);
}

TEST_CASE("merging keeps every send time and the last sending") {
  Measurements a(1);
  Measurements b(1);
  a.sent_times = {milliseconds(1), milliseconds(9)};
  a.last_sent = milliseconds(9);
  b.sent_times = {milliseconds(5)};
  b.last_sent = milliseconds(5);
  b.Merge(a);
  REQUIRE(b.sent_times.size() == 3);
  REQUIRE(b.last_sent == milliseconds(9));
  a.Merge(Measurements(1));
  REQUIRE(a.last_sent == milliseconds(9));
}

TEST_CASE("merging keeps an error of the workers that had one") {
  const Error first{Code::kUnavailable, "n1 is down"};
  Measurements well(1);
  well.totals.ok = 1;
  Measurements ill(1);
  ill.totals.timeouts = 1;
  ill.first_error = first;
  Measurements worse(1);
  worse.totals.errors = 1;
  worse.first_error = {Code::kInternal, "later"};

  Measurements merged(1);
  merged.Merge(well);
  merged.Merge(ill);
  merged.Merge(worse);
  merged.Merge(well);
  REQUIRE(merged.first_error == first);
}

}  // namespace
}  // namespace ringlab
