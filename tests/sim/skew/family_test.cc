// Bad luck or a bad hash: naming families that CRC-32 piles up, and one that it deals too evenly.
#include "sim/skew/family.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/skew/naming.h"
#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

std::optional<Family> FamilyOf(const std::string& dialect, const Names& names,
                               std::uint64_t seed = 1) {
  const Theory theory = RandomPointsTheory(Points(names.size(), 50), 1);
  return MeasureFamily({.dialect = dialect, .replicas = 50}, EqualNodes(names), theory, seed);
}

TEST_CASE("crc32-prefix piles up the hosts of a network and xx64 does not") {
  const Names names = *NamesFromPattern("10.0.0.{i}:8080", 8);
  const auto crc32 = FamilyOf("crc32-prefix", names);
  REQUIRE(crc32);
  REQUIRE(crc32->siblings == 100);
  REQUIRE(crc32->expected_cv == Approx(0.1321).margin(0.0001));
  REQUIRE(crc32->rms_cv > 0.19);
  REQUIRE(crc32->z > 2 * kFamilyZ);
  REQUIRE(crc32->naming_dependent());
  REQUIRE(crc32->worst_peak > 1.3);
  REQUIRE(crc32->best_peak < crc32->worst_peak);

  const auto xx64 = FamilyOf("xx64", names);
  REQUIRE(xx64);
  REQUIRE(!xx64->naming_dependent());
  REQUIRE(xx64->rms_cv == Approx(0.1321).epsilon(0.25));
}

TEST_CASE("crc32-prefix deals the ports of one host out more evenly than chance") {
  for (const int first : {8000, 8001}) {
    const Names names = Numbered("127.0.0.1:", first, 8);
    const auto crc32 = FamilyOf("crc32-prefix", names);
    REQUIRE(crc32->z < -kFamilyZ);
    REQUIRE(crc32->naming_dependent());
    REQUIRE(crc32->rms_cv < 0.12);
    REQUIRE(!FamilyOf("xx64", names)->naming_dependent());
  }
}

TEST_CASE("numbered nodes depend on where crc32-prefix starts to count whatever the seed") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CHECK(FamilyOf("crc32-prefix", Numbered("node-", 0, 8), seed)->z < -kFamilyZ);
    CHECK(FamilyOf("crc32-prefix", Numbered("node-", 1, 8), seed)->z > kFamilyZ);
    CHECK(!FamilyOf("xx64", Numbered("node-", 0, 8), seed)->naming_dependent());
  }
}

TEST_CASE("a good hash raises no alarm in any of fifty families") {
  Rng rng(9);
  double squares = 0;
  for (int i = 0; i < 50; ++i) {
    Names names = Numbered("10." + std::to_string(rng.Below(200)) + ".0.", 10, 8);
    if (i % 2 == 1) names = SiblingNames(Numbered("cache-", 5, 8), rng.Next());
    const auto family = FamilyOf("xx64", names, rng.Next());
    CAPTURE(names[0], family->z);
    CHECK(!family->naming_dependent());
    squares += family->z * family->z;
  }
  // The z of honest rings are about standard: the mean of 50 squares is 1 with deviation 0.2.
  REQUIRE(squares / 50 == Approx(1).margin(0.8));
}

TEST_CASE("weights stay with their nodes") {
  std::vector<RingNode> nodes = EqualNodes(Numbered("node-", 0, 4));
  nodes[2].weight = 3;
  const auto ring = BuildRing({"xx64", 50}, nodes);
  REQUIRE(ring);
  const Skew skew = MeasureSkew(**ring, {});
  const auto family = MeasureFamily({"xx64", 50}, nodes, TheoryOf(**ring, skew, 1), 1);
  REQUIRE(family);
  REQUIRE(!family->naming_dependent());
  REQUIRE(family->expected_cv == Approx(std::sqrt(3.0 / 301)).epsilon(0.01));
}

TEST_CASE("a family too large to hash is not measured") {
  const Names names = Numbered("node-", 0, 8);
  const Theory theory = RandomPointsTheory(Points(8, 50), 1);
  const auto measure = [&](std::uint32_t replicas) {
    return MeasureFamily({"xx64", replicas}, EqualNodes(names), theory, 1);
  };
  REQUIRE(measure(2'500)->siblings == 100);
  REQUIRE(measure(10'000)->siblings == 25);
  REQUIRE(!measure(25'001));
}

TEST_CASE("kinds of rings that are no random points have no naming families") {
  REQUIRE(!MeasureFamily({"xx64", 50}, EqualNodes({"a"}), TableTheory(1, 7), 1));
}

}  // namespace
}  // namespace ringlab
