#include "loadgen/measurements.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "core/random.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::milliseconds;

Totals Sound() {
  return {.scheduled = 110,
          .sent = 100,
          .skipped = 10,
          .ok = 90,
          .not_found = 5,
          .errors = 3,
          .timeouts = 2,
          .wrong_values = 1};
}

TEST_CASE("the identities of a run's totals name what does not add up") {
  REQUIRE(CheckIdentities(Totals{}) == "");
  REQUIRE(CheckIdentities(Sound()) == "");

  Totals lost = Sound();
  lost.scheduled += 1;
  REQUIRE_THAT(CheckIdentities(lost), Contains("scheduled 111 is not sent 100 + skipped 10"));

  for (std::uint64_t Totals::* count :
       {&Totals::ok, &Totals::not_found, &Totals::errors, &Totals::timeouts}) {
    Totals twice = Sound();
    twice.*count += 1;
    REQUIRE_THAT(CheckIdentities(twice), Contains("sent 100 is not ok"));
  }
}

TEST_CASE("totals add up field by field") {
  Totals sum = Sound();
  sum.Add(Sound());
  REQUIRE(sum.scheduled == 220);
  REQUIRE(sum.sent == 200);
  REQUIRE(sum.skipped == 20);
  REQUIRE(sum.ok == 180);
  REQUIRE(sum.not_found == 10);
  REQUIRE(sum.errors == 6);
  REQUIRE(sum.timeouts == 4);
  REQUIRE(sum.wrong_values == 2);
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
