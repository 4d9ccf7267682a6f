// When a cluster is well again: on series made by hand.
#include "sim/map/map_judge.h"

#include <catch2/catch.hpp>
#include <vector>

namespace ringlab {
namespace {

MapSecond Second(std::uint64_t answered_of_100, std::uint64_t hits_of_100) {
  return {.asked = 100, .answered = answered_of_100, .gets = 100, .hits = hits_of_100};
}

const std::vector<MapSecond> kBefore(5, Second(100, 90));

TEST_CASE("well at once, later, and never") {
  REQUIRE(JudgeRecovery(kBefore, std::vector<MapSecond>(3, Second(99, 88)), 3).back_after == 0);
  const std::vector<MapSecond> later = {Second(40, 10), Second(96, 86), Second(50, 90),
                                        Second(95, 85), Second(97, 90), Second(10, 90)};
  REQUIRE(JudgeRecovery(kBefore, later, 1).back_after == 1);
  REQUIRE(JudgeRecovery(kBefore, later, 2).back_after == 3);
  REQUIRE_FALSE(JudgeRecovery(kBefore, later, 3).back_after);
}

TEST_CASE("both must be well: the answers, and the hits") {
  REQUIRE_FALSE(JudgeRecovery(kBefore, std::vector<MapSecond>(9, Second(94, 90)), 2).back_after);
  REQUIRE_FALSE(JudgeRecovery(kBefore, std::vector<MapSecond>(9, Second(100, 84)), 2).back_after);
  REQUIRE(JudgeRecovery(kBefore, std::vector<MapSecond>(9, Second(95, 85)), 2).back_after == 0);
}

TEST_CASE("it must be well for as long as it shall hold, and no longer") {
  std::vector<MapSecond> after(4, Second(100, 90));
  REQUIRE_FALSE(JudgeRecovery(kBefore, after, 5).back_after);
  after.push_back(Second(100, 90));
  REQUIRE(JudgeRecovery(kBefore, after, 5).back_after == 0);
  after.push_back(Second(0, 0));
  REQUIRE(JudgeRecovery(kBefore, after, 5).back_after == 0);
}

TEST_CASE("bounds are of what was before, and what was bad before is no recovery") {
  const std::vector<MapSecond> modest(5, Second(96, 40));
  REQUIRE(JudgeRecovery(modest, std::vector<MapSecond>(2, Second(92, 36)), 2).back_after == 0);
  const std::vector<MapSecond> bad(5, Second(90, 90));
  const MapVerdict verdict = JudgeRecovery(bad, kBefore, 1);
  REQUIRE_FALSE(verdict.was_well);
  REQUIRE_FALSE(verdict.back_after);
}

TEST_CASE("a second in which nobody asked is not held against it") {
  REQUIRE(JudgeRecovery(kBefore, std::vector<MapSecond>(2), 2).back_after == 0);
  REQUIRE(GoodputOf({}) == 1);
  REQUIRE(HitRatioOf({}) == 1);
}

TEST_CASE("a series counts by seconds from its start") {
  const TimePoint start{std::chrono::hours(1)};
  MapSeries series(start);
  series.At(start).asked = 1;
  series.At(start + std::chrono::milliseconds(999)).asked += 2;
  series.At(start + std::chrono::milliseconds(3000)).asked = 4;
  REQUIRE(series.Between(0, 4)[0].asked == 3);
  REQUIRE(series.Between(0, 4)[1].asked == 0);
  REQUIRE(series.Between(3, 5)[0].asked == 4);
  REQUIRE(series.Between(3, 5).size() == 2);
}

}  // namespace
}  // namespace ringlab
