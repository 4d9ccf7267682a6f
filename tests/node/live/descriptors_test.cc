#include "node/live/descriptors.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

TEST_CASE("a part of the descriptors is not for connections, and never all of them") {
  for (const std::size_t all : {0, 1, 4, 20, 64, 256, 1024, 1'000'000}) {
    CHECK(DescriptorsReserved(all) <= all / 4);
    CHECK(DescriptorsReserved(all) <= 256);
  }
  CHECK(DescriptorsReserved(64) == 16);
  CHECK(DescriptorsReserved(1024) == 128);
}

TEST_CASE("a server learns how many connections it may have, and forgets it when they have gone") {
  const auto last = static_cast<int>(DescriptorsMax()) - 1;
  ConnectionRoom room(100);
  REQUIRE_FALSE(room.IsFull(5, 0));
  REQUIRE_FALSE(room.IsFull(5, 99));
  REQUIRE(room.IsFull(5, 100));
  REQUIRE_FALSE(room.is_short());

  REQUIRE(room.IsFull(last, 40));
  REQUIRE(room.is_short());
  REQUIRE(room.IsFull(5, 40));  // its number was another's, who had to go
  REQUIRE_FALSE(room.IsFull(5, 39));
  REQUIRE_FALSE(room.IsFull(5, 29));  // most have gone
  REQUIRE_FALSE(room.is_short());
  REQUIRE_FALSE(room.IsFull(5, 90));
}

TEST_CASE("a few connections are had whatever happens") {
  const auto last = static_cast<int>(DescriptorsMax()) - 1;
  ConnectionRoom room(100);
  REQUIRE_FALSE(room.IsFull(last, 0));
  REQUIRE_FALSE(room.IsFull(last, 3));
  REQUIRE(room.IsFull(last, 4));
}

}  // namespace
}  // namespace ringlab
