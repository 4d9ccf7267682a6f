// How many points a weight is worth. Expected counts were computed apart, in Python, from the
// formulas of the systems that the rules come from.
#include "core/ring/point_counts.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "core/ring/point_ring.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

using Counts = std::vector<std::uint64_t>;
using Loads = std::vector<double>;

TEST_CASE("points are replicas times weight and at least one") {
  REQUIRE(ProportionalPoints(50, Loads{1, 1}) == Counts{50, 50});
  REQUIRE(ProportionalPoints(50, Loads{2, 0.5, 0.031, 1e-9}) == Counts{100, 25, 2, 1});
  REQUIRE(ProportionalPoints(1000, Loads{1e6}) == Counts{kMaxRingPoints + 1});
}

TEST_CASE("ketama counts digests in single precision as libketama does") {
  // The weights are those of the example file that comes with libketama.
  REQUIRE(KetamaPoints(160, Loads{600, 300, 200, 350, 1000, 800, 950, 100}) ==
          Counts{176, 88, 56, 104, 296, 236, 280, 28});
  REQUIRE(KetamaPoints(160, Loads(60, 1)) == Counts(60, 160));
  REQUIRE(KetamaPoints(160, Loads(61, 1)) == Counts(61, 156));  // its rounding, not ours
  REQUIRE(KetamaPoints(160, Loads{1, 10'000}) == Counts{4, 316});
}

TEST_CASE("ketama gives equal nodes replicas that 4 does not divide") {
  for (const std::uint32_t replicas : {1U, 2U, 3U, 5U, 50U, 101U}) {
    REQUIRE(KetamaPoints(replicas, Loads(8, 1)) == Counts(8, replicas));
  }
}

TEST_CASE("envoy scales the ring to the lightest node and rounds a running sum") {
  REQUIRE(EnvoyPoints(100, Loads{1, 2, 3.5}) == Counts{47, 94, 165});
  REQUIRE(EnvoyPoints(10, Loads{1, 1, 2}) == Counts{8, 8, 16});
  REQUIRE(EnvoyPoints(50, Loads{3, 1, 7, 7}) == Counts{36, 12, 84, 84});
  REQUIRE(EnvoyPoints(256, Loads{0.3, 0.3, 0.5, 0.9}) == Counts{154, 154, 257, 462});
  REQUIRE(EnvoyPoints(37, Loads(3, 0.1)) == Counts(3, 37));
}

TEST_CASE("a weighted point ring has the points that its dialect counts") {
  const std::vector<RingNode> nodes = {{"a", 3}, {"b", 1}, {"c", 0.5}};
  for (const RingHash& hash : {kCrc32PrefixHash, kXx64Hash, kEnvoyHash, kKetamaHash}) {
    INFO(hash.name);
    const PointRing ring(hash, 40, nodes);
    Counts counted(3, 0);
    for (const NodeIndex owner : ring.point_owners()) counted[owner] += 1;
    REQUIRE(ring.collisions() == 0);
    REQUIRE(counted == hash.counts(40, ring.weights()));
  }
}

TEST_CASE("a change of one weight moves no other point by the rule of this house") {
  const RingPtr base = BuildRing({"xx64", 100}, {{"a", 1}, {"b", 2.5}, {"c", 1}}).value();
  const RingPtr more = base->With({"heavy", 40}).value();
  const KeyMoves moves = CompareKeys(*base, *more, RandomKeys(1, 20'000));
  REQUIRE(moves.spurious == 0);
  REQUIRE(moves.moved > 15'000);  // 40 of 44.5
}

}  // namespace
}  // namespace ringlab
