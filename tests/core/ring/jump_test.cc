// Jump hash: the published function, the order of its buckets, and what it cannot do.
#include "core/ring/jump.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// The first four are ClickHouse's test of its jumpConsistentHash, the rest a Python model's.
TEST_CASE("jump gives the published buckets") {
  REQUIRE(JumpBucket(1, 1) == 0);
  REQUIRE(JumpBucket(42, 57) == 43);
  REQUIRE(JumpBucket(256, 1024) == 520);
  REQUIRE(JumpBucket(0xdead10cc, 1) == 0);
  REQUIRE(JumpBucket(0xdead10cc, 666) == 361);
  REQUIRE(JumpBucket(0, 2147483647) == 0);
}

TEST_CASE("jump keeps a key's bucket or moves it to the new one") {
  Rng rng(1406);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t key = rng.Next();
    for (std::uint32_t buckets = 1; buckets < 200; ++buckets) {
      const std::uint32_t before = JumpBucket(key, buckets);
      const std::uint32_t after = JumpBucket(key, buckets + 1);
      REQUIRE((after == before || after == buckets));
    }
  }
}

TEST_CASE("jump numbers its buckets by length of name and then by bytes") {
  const Names keys = RandomKeys(1, 5000);
  const JumpRing nine(EqualNodes(Numbered("node-", 1, 9)));
  const RingPtr ten = nine.With({.name = "node-10"}).value();
  REQUIRE(ten->nodes().front() == "node-1");  // nodes() ascend by bytes all the same
  REQUIRE(ten->nodes()[1] == "node-10");
  const KeyMoves grown = CompareKeys(nine, *ten, keys);
  REQUIRE(grown.spurious == 0);
  REQUIRE(grown.moved == CountOwners(*ten, keys)[1]);

  const RingPtr front = nine.With({.name = "a"}).value();  // sorts first: all buckets shift
  REQUIRE(CompareKeys(nine, *front, keys).spurious > 2500);
}

TEST_CASE("jump removes its last node alone and says which") {
  const JumpRing ring(EqualNodes(Numbered("node-", 1, 12)));
  for (const char* name : {"node-1", "node-9", "node-11"}) {
    const auto without = ring.Without(name);
    REQUIRE(!without);
    REQUIRE(without.error().code == Code::kFailedPrecondition);
    REQUIRE_THAT(without.error().message,
                 Contains(std::string("remove node \"") + name + "\"") &&
                     Contains("jump can only remove its last node, which is \"node-12\""));
  }
  REQUIRE(ring.Without("node-12").value()->nodes().size() == 11);
}

}  // namespace
}  // namespace ringlab
