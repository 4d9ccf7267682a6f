// Rendezvous hashing: evenness within sampling, weights, and changes of weights.
#include "core/ring/rendezvous.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

TEST_CASE("rendezvous gives a key to the highest draw") {
  const RendezvousRing ring(EqualNodes(Numbered("node-", 0, 20)));
  for (const std::string& key : RandomKeys(1, 500)) {
    std::uint64_t owner = Mix64(HashXx64(key, 0) ^ HashXx64(OwnerName(ring, key), 1));
    for (const std::string& name : ring.nodes()) {
      REQUIRE(Mix64(HashXx64(key, 0) ^ HashXx64(name, 1)) <= owner);
    }
  }
}

// The squared CV of K keys over N nodes is chi-square / K with N - 1 degrees of freedom.
TEST_CASE("rendezvous is as even as sampling lets it be") {
  const RendezvousRing ring(EqualNodes(Numbered("node-", 0, 8)));
  constexpr std::size_t kKeys = 1'000'000;
  std::vector<double> counts(8, 0);
  Rng rng(8);
  for (std::size_t i = 0; i < kKeys; ++i) counts[ring.OwnerOf(std::to_string(rng.Next()))] += 1;
  const double cv = std::sqrt(ChiSquare(counts, ring.Shares()) / kKeys);
  REQUIRE(cv <= 0.0050);  // the 99.9 % point
  REQUIRE(cv >= 0.0007);  // the 0.1 % point: evener than chance is no chance
}

TEST_CASE("rendezvous with weights gives each node its weight's share") {
  const RendezvousRing ring({{"a", 1}, {"b", 2}, {"c", 0.25}, {"d", 4.75}});
  REQUIRE(ring.Shares() == std::vector<double>{0.125, 0.25, 0.03125, 0.59375});
  const std::vector<double> counts = CountOwners(ring, RandomKeys(2, 200'000));
  const double chi2 = ChiSquare(counts, ring.Shares());
  REQUIRE(chi2 < 16.27);  // 99.9 % point at 3 degrees of freedom
  REQUIRE(chi2 > 0.0243);
}

TEST_CASE("rendezvous moves keys of the changed node alone with weights too") {
  const Names keys = RandomKeys(3, 50'000);
  const RendezvousRing equal(EqualNodes(Numbered("node-", 0, 6)));
  const RingPtr heavy = equal.With({"heavy", 3}).value();  // from draws to scores
  REQUIRE(CompareKeys(equal, *heavy, keys).spurious == 0);
  REQUIRE(CompareKeys(equal, *heavy, keys).moved == CountOwners(*heavy, keys)[0]);
  const RingPtr left = heavy->Without("node-3").value();
  REQUIRE(CompareKeys(*heavy, *left, keys).spurious == 0);
  const RingPtr heavier = heavy->Without("heavy").value()->With({"heavy", 6}).value();
  for (const std::string& key : keys) {  // a heavier node only takes
    if (OwnerName(*heavier, key) != "heavy") {
      REQUIRE(OwnerName(*heavier, key) == OwnerName(*heavy, key));
    }
  }
}

TEST_CASE("rendezvous with one common weight is rendezvous without") {
  const RendezvousRing ones(EqualNodes({"a", "b", "c"}));
  const RendezvousRing sevens({{"a", 7}, {"b", 7}, {"c", 7}});
  REQUIRE(CompareKeys(ones, sevens, RandomKeys(4, 5000)).moved == 0);
}

}  // namespace
}  // namespace ringlab
