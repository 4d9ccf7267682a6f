#include "loadgen/judge/abort_rule.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/base/histogram.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Seconds in which all of 1,000 requests took so long, the failed ones apart.
struct Second {
  Duration response;
  std::uint64_t failed = 0;
};

AbortRule::Intervals Of(const std::vector<Second>& all) {
  return [&all](std::size_t at) {
    const Second& second = all.at(at);
    const auto ns = second.response.count();
    const std::uint64_t ok = 1000 - second.failed;
    AbortRule::Interval interval;
    interval.counts = {
        .scheduled = 1000, .sent = 1000, .ok = ok, .failed = second.failed, .response_max = ns};
    if (ok > 0) {
      interval.response = {
          {.index = Histogram::IndexOf(ns) & 0xffff, .count = ok & kBucketCountMax}};
    }
    return interval;
  };
}

AbortRule RuleOf(const std::string& text) {
  auto rule = AbortRule::Parse(text);
  if (!rule) FAIL(rule.error().message);
  return *std::move(rule);
}

TEST_CASE("a run is ended when a bound has been crossed for as long as was said") {
  const std::vector<Second> all = {{milliseconds(9)},  {milliseconds(60)}, {milliseconds(60)},
                                   {milliseconds(9)},  {milliseconds(60)}, {milliseconds(60)},
                                   {milliseconds(60)}, {milliseconds(60)}};
  AbortRule rule = RuleOf("p99>50ms for 3s");
  CHECK(!rule.Look(seconds(1), milliseconds(2999), Of(all)));
  CHECK(!rule.Look(seconds(1), seconds(6), Of(all)));  // two and two, with one between
  const auto held = rule.Look(seconds(1), seconds(8), Of(all));
  REQUIRE(held);
  CHECK(*held == "p99>50ms for 3s: it held from 4.00 s to 7.00 s");
}

TEST_CASE("an interval that nobody answered tells no time, and failures tell themselves") {
  const std::vector<Second> all(10, {milliseconds(60), 1000});
  CHECK(!RuleOf("p50>1ms for 2s").Look(seconds(1), seconds(10), Of(all)));
  CHECK(RuleOf("failed>10% for 2s").Look(seconds(1), seconds(10), Of(all)));
  CHECK(RuleOf("goodput<99% for 1s").Look(seconds(1), seconds(10), Of(all)));
  CHECK(!RuleOf("skipped>1% for 1s").Look(seconds(1), seconds(10), Of(all)));
}

TEST_CASE("a rule that cannot be judged second by second is refused") {
  for (const std::string text : {"", "p99>50ms", "p99>50ms for", "p99>50ms for 0s", "p99 for 10s",
                                 "p99>50 for 10s", "hit_ratio<90% for 10s", "mean>1ms for 10s",
                                 "send_lag.p99>1ms for 1s", "phase1.p99>1ms for 1s"}) {
    INFO(text);
    CHECK(!AbortRule::Parse(text));
  }
}

}  // namespace
}  // namespace ringlab
