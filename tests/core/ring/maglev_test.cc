// Maglev's table against a Python model of it, its evenness, and what it moves.
#include "core/ring/maglev.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// "0112…": the owner of each entry.
std::string TableOf(const Ring& ring) {
  std::string table;
  const std::optional<Partition> partition = ring.Arcs();
  for (const Partition::Arc& arc : partition->arcs) {
    table.append(arc.last + 1 - table.size(), static_cast<char>('0' + arc.owner));
  }
  return table;
}

TEST_CASE("maglev fills its table as the model does") {
  const Names three = Numbered("node-", 0, 3);
  REQUIRE(TableOf(MaglevRing(13, EqualNodes(three))) == "1102221010002");
  REQUIRE(TableOf(MaglevRing(31, {{"node-0", 1}, {"node-1", 2}, {"node-2", 4}})) ==
          "2221221222210120221002212120211");
  const MaglevRing eight(65'537, EqualNodes(Numbered("node-", 0, 8)));
  REQUIRE(OwnersOf32(eight) == "32362271726032704017340102635052");
}

TEST_CASE("maglev gives equal nodes entries that differ by one at most") {
  const MaglevRing ring(65'537, EqualNodes(Numbered("node-", 0, 1000)));
  std::vector<Units> units = ring.Arcs()->UnitsOf(1000);
  REQUIRE(ring.Arcs()->circle == 65'537);
  REQUIRE(*std::min_element(units.begin(), units.end()) == 65);
  REQUIRE(*std::max_element(units.begin(), units.end()) == 66);
  REQUIRE(std::count(units.begin(), units.end(), 66) == 537);
}

TEST_CASE("maglev gives nodes entries in proportion to their weights") {
  const MaglevRing ring(65'537, {{"a", 1}, {"b", 3}, {"c", 0.1}, {"d", 5.9}});
  const std::vector<double> shares = ring.Shares();
  REQUIRE(shares[0] == Approx(0.1).margin(2.0 / 65'537));
  REQUIRE(shares[1] == Approx(0.3).margin(2.0 / 65'537));
  REQUIRE(shares[2] == Approx(0.01).margin(2.0 / 65'537));
  REQUIRE(shares[3] == Approx(0.59).margin(2.0 / 65'537));
}

// The figures of such a table: 1.58 % of entries change when one of 100 nodes leaves, for 1 %.
TEST_CASE("maglev moves some entries between nodes that stay") {
  const MaglevRing ring(65'537, EqualNodes(Numbered("node-", 0, 100)));
  double changed = 0;
  for (int i = 0; i < 20; ++i) {
    const RingPtr without = ring.Without("node-" + std::to_string(i)).value();
    WalkTogether(*ring.Arcs(), *without->Arcs(), [&](Units units, NodeIndex was, NodeIndex is) {
      if (ring.nodes()[was] != without->nodes()[is]) changed += static_cast<double>(units);
    });
  }
  REQUIRE(changed / 20 / 65'537 == Approx(0.0158).margin(0.001));
}

TEST_CASE("maglev refuses a table that is no prime or holds too few nodes") {
  const auto message = [](std::uint64_t entries, int nodes) {
    const auto ring = MaglevRing::Make(entries, EqualNodes(Numbered("n", 0, nodes)));
    REQUIRE(!ring);
    REQUIRE(ring.error().code == Code::kInvalidArgument);
    return ring.error().message;
  };
  REQUIRE_THAT(message(65'536, 8), Contains("a prime from 8 to 5000011, such as 65521 or 65537"));
  REQUIRE_THAT(message(7, 8), Contains("such as 11"));
  REQUIRE_THAT(message(0, 1), Contains("such as 2"));
  REQUIRE_THAT(message(5'000'012, 8), Contains("such as 5000011"));
  REQUIRE_THAT(message(5'000'010, 8), Contains("or 5000011"));
  REQUIRE_THAT(message(UINT64_MAX, 8), Contains("such as 5000011"));
  REQUIRE(MaglevRing::Make(2, EqualNodes({"a", "b"})));
  REQUIRE(MaglevRing::Make(11, EqualNodes(Numbered("n", 0, 11))));

  const auto full = MaglevRing(11, EqualNodes(Numbered("n", 0, 11))).With({.name = "n11"});
  REQUIRE(!full);
  REQUIRE_THAT(full.error().message, Contains("11 entries for 12 nodes"));
}

}  // namespace
}  // namespace ringlab
