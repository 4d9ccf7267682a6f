#include "node/h2/loop/loop_pool.h"

#include <array>
#include <catch2/catch.hpp>
#include <vector>

namespace ringlab {
namespace {

TEST_CASE("a pool deals seats to the loop with the fewest, and takes them back") {
  auto started = LoopPool::Start(3);
  REQUIRE(started);
  LoopPool& pool = **started;
  std::vector<LoopPool::Seat> seats;
  std::array<int, 3> taken{};
  for (int i = 0; i < 30; ++i) {
    seats.push_back(pool.Take());
    ++taken[seats.back().at()];
    REQUIRE(&seats.back().loop() == &pool.loop(seats.back().at()));
  }
  REQUIRE(taken == std::array<int, 3>{10, 10, 10});
  std::erase_if(seats, [](const LoopPool::Seat& seat) { return seat.at() == 1; });
  for (int i = 0; i < 10; ++i) {
    seats.push_back(pool.Take());
    REQUIRE(seats.back().at() == 1);
  }
  REQUIRE(LoopPool::LoopsOfThisMachine() >= 1);
  REQUIRE(LoopPool::LoopsOfThisMachine() <= LoopPool::kLoopsMax);
}

}  // namespace
}  // namespace ringlab
