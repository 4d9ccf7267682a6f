#include "results/html/draw/lttb.h"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

namespace ringlab::html {
namespace {

std::vector<Point> Wave(std::size_t count) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < count; ++i) {
    points.push_back({static_cast<double>(i), std::sin(static_cast<double>(i) / 20)});
  }
  return points;
}

TEST_CASE("few points are all kept") {
  CHECK(Lttb(Wave(5), 5) == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK(Lttb({}, 3).empty());
  CHECK(Lttb(Wave(1), 3) == std::vector<std::size_t>{0});
}

TEST_CASE("of three stretches the far point is kept") {
  // By hand: the ends, and of the one stretch between them the point farthest from their line.
  CHECK(Lttb({{0, 0}, {1, 0}, {2, 9}, {3, 1}, {4, 0}}, 3) == std::vector<std::size_t>{0, 2, 4});
}

TEST_CASE("a spike survives wherever it is") {
  for (const std::size_t at : {1U, 700U, 4'321U, 9'998U}) {
    std::vector<Point> points = Wave(10'000);
    points[at].y = 50;
    const std::vector<std::size_t> kept = Lttb(points, 200);
    CHECK(std::find(kept.begin(), kept.end(), at) != kept.end());
  }
}

TEST_CASE("what is kept is in order with both ends and as many as asked") {
  rc::check("any sizes", [] {
    const auto count = *rc::gen::inRange<std::size_t>(4, 3'000);
    const auto keep = *rc::gen::inRange<std::size_t>(3, count);
    const std::vector<std::size_t> kept = Lttb(Wave(count), keep);
    RC_ASSERT(kept.size() == keep);
    RC_ASSERT(kept.front() == 0U);
    RC_ASSERT(kept.back() == count - 1);
    RC_ASSERT(std::adjacent_find(kept.begin(), kept.end(), std::greater_equal<>()) == kept.end());
  });
}

}  // namespace
}  // namespace ringlab::html
