// A queue that grows, and those that do not. Seconds by hand; a whole queue in virtual time is in
// tests/loadgen/judge/queue_test.cc.
#include "results/statistics/queue_growth.h"

#include <catch2/catch.hpp>
#include <vector>

namespace ringlab {
namespace {

// 1,000 requests a second, so many in flight in each.
std::vector<QueueSecond> Seconds(const std::vector<double>& in_flight) {
  std::vector<QueueSecond> seconds;
  for (const double n : in_flight) {
    seconds.push_back({.in_flight = n, .response_ns = n * 1e6, .asked = 1000});
  }
  return seconds;
}

TEST_CASE("a queue that takes a tenth too much grows, and says by how much") {
  const auto growth = GrowthAtEnd(Seconds({50, 150, 260, 340, 455, 550, 650, 745}));
  REQUIRE(growth.has_value());
  REQUIRE(growth->from == 0);
  REQUIRE(growth->to == 8);
  REQUIRE(growth->left_over == Approx(0.1).epsilon(0.05));
  REQUIRE(growth->in_flight_to > 700);
  REQUIRE(growth->response_from_ns == Approx(growth->in_flight_from * 1e6));
}

TEST_CASE("a step up, a load that rises and a short time are no queue that grows") {
  REQUIRE_FALSE(GrowthAtEnd(Seconds({5, 5, 5, 5, 5, 400, 410, 405, 400, 410, 400, 405})));
  REQUIRE_FALSE(GrowthAtEnd(Seconds({5, 5, 5, 200, 400, 400, 400, 400})));
  REQUIRE_FALSE(GrowthAtEnd(Seconds({1, 2, 3, 4, 5, 6, 7, 8, 9, 10})));
  REQUIRE_FALSE(GrowthAtEnd(Seconds({50, 150, 260, 340, 455, 550, 650})));
  REQUIRE_FALSE(GrowthAtEnd({}));
}

TEST_CASE("one that grew after a quiet time is found, and is not forgotten") {
  std::vector<double> in_flight(40, 6);
  for (int i = 1; i <= 20; ++i) in_flight.push_back(6 + 80 * i + i % 3);
  for (int i = 0; i < 60; ++i) in_flight.push_back(6);
  const std::vector<QueueSecond> seconds = Seconds(in_flight);
  REQUIRE_FALSE(GrowthAtEnd(seconds));
  const auto first = FirstGrowth(seconds);
  REQUIRE(first.has_value());
  REQUIRE(first->from >= 36);
  REQUIRE(first->to <= 60);
}

TEST_CASE("a second without an answer tells nothing of response times") {
  std::vector<QueueSecond> seconds = Seconds({50, 150, 260, 340, 455, 550, 650, 745});
  seconds[3].response_ns.reset();
  REQUIRE_FALSE(GrowthAtEnd(seconds));
}

TEST_CASE("looks add up to seconds") {
  QueueWatch watch;
  for (int i = 1; i <= 10; ++i) {
    watch.Add({.at_s = 0.25 * i,
               .in_flight = static_cast<std::uint64_t>(i),
               .sent = static_cast<std::uint64_t>(25 * i),
               .answered = 2,
               .response_sum_ns = 2e6});
  }
  REQUIRE(watch.seconds().size() == 2);
  REQUIRE(watch.seconds()[0] == QueueSecond{.in_flight = 2.5, .response_ns = 1e6, .asked = 100});
  REQUIRE(watch.seconds()[1] == QueueSecond{.in_flight = 6.5, .response_ns = 1e6, .asked = 100});
  REQUIRE_FALSE(watch.grew());
}

TEST_CASE("a second is where it was, though nobody looked for a while") {
  QueueWatch watch;
  watch.Add({.at_s = 0.9, .in_flight = 2, .sent = 90, .answered = 80, .response_sum_ns = 8e7});
  watch.Add({.at_s = 4.1, .in_flight = 4, .sent = 400, .answered = 310, .response_sum_ns = 31e7});
  watch.Add({.at_s = 5.2, .in_flight = 6, .sent = 500, .answered = 100, .response_sum_ns = 1e8});
  REQUIRE(watch.seconds().size() == 5);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(watch.seconds()[i] == QueueSecond{.in_flight = 3, .response_ns = {}, .asked = 100});
  }
  CHECK(watch.seconds()[4] == QueueSecond{.in_flight = 6, .response_ns = 1e6, .asked = 100});
}

TEST_CASE("the last second ends with the sending, whose end counts nothing in flight") {
  QueueWatch watch;
  watch.Add({.at_s = 0.8, .in_flight = 5, .sent = 80, .answered = 1, .response_sum_ns = 1e6});
  watch.Add({.at_s = 1, .sent = 100, .answered = 1, .response_sum_ns = 3e6});
  REQUIRE(watch.seconds().size() == 1);
  CHECK(watch.seconds()[0] == QueueSecond{.in_flight = 5, .response_ns = 2e6, .asked = 100});
  watch.Add({.at_s = 2, .sent = 150});
  CHECK(watch.seconds()[1] == QueueSecond{.in_flight = 5, .response_ns = {}, .asked = 50});
}

}  // namespace
}  // namespace ringlab
