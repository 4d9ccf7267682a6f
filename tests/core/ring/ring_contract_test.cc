// What every kind of ring keeps, run over all of them: a new kind is done when this passes on it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "core/ring/spec.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

const std::vector<std::string> kDialects = {"anchor", "anchor:9",   "crc32-prefix", "crc32-suffix",
                                            "envoy",  "fnv1-md5",   "jump",         "ketama",
                                            "maglev", "maglev:101", "mpch",         "mpch:1",
                                            "mpch:2", "rendezvous", "xx64"};

template <class Body>
void OverAllKinds(Body body) {
  for (const std::string& dialect : kDialects) {
    INFO(dialect);
    body(dialect);
  }
}

RingPtr Build(const std::string& dialect, const Names& names, std::uint32_t replicas = 50) {
  return BuildRing({dialect, replicas}, EqualNodes(names)).value();
}

bool SameOwners(const Ring& a, const Ring& b, const Names& keys) {
  return std::ranges::all_of(
      keys, [&](const std::string& key) { return OwnerName(a, key) == OwnerName(b, key); });
}

TEST_CASE("ring contract: the suite covers every kind") {
  for (const RingKind* kind : RingKinds()) {
    INFO(kind->name);
    CHECK(std::ranges::count(kDialects, kind->name) == 1);
  }
}

TEST_CASE("ring contract: owners are nodes and shares sum to one") {
  OverAllKinds([](const std::string& dialect) {
    for (const int count : {1, 2, 7}) {
      const RingPtr ring = Build(dialect, Numbered("node-", 0, count));
      const auto nodes = static_cast<std::size_t>(count);
      REQUIRE(ring->nodes().size() == nodes);
      for (const std::string& key : {std::string(), std::string(1, '\0'), std::string(300, 'k')}) {
        REQUIRE(ring->OwnerOf(key) < nodes);
      }
      for (const std::string& key : RandomKeys(7, 200)) REQUIRE(ring->OwnerOf(key) < nodes);
      const std::vector<double> shares = ring->Shares();
      REQUIRE(shares.size() == nodes);
      double sum = 0;
      for (const double share : shares) {
        REQUIRE(share >= 0);
        sum += share;
      }
      REQUIRE(sum == Approx(1).epsilon(1e-12));
      REQUIRE(ring->bytes() > 0);
      REQUIRE(ring->bytes() < 1'000'000);
    }
  });
}

TEST_CASE("ring contract: arcs own what shares say") {
  OverAllKinds([](const std::string& dialect) {
    const RingPtr ring = Build(dialect, Numbered("node-", 0, 7));
    const std::optional<Partition> arcs = ring->Arcs();
    const Ownership ownership = FindRingKind(dialect)->ownership;
    REQUIRE(arcs.has_value() ==
            (ownership == Ownership::kPoints || ownership == Ownership::kTable));
    if (!arcs) return;
    const std::vector<Units> units = arcs->UnitsOf(7);
    for (std::size_t node = 0; node < 7; ++node) {
      const double share = static_cast<double>(units[node]) / static_cast<double>(arcs->circle);
      REQUIRE(ring->Shares()[node] == Approx(share).epsilon(1e-12));
    }
  });
}

// Chi-square over 6 degrees of freedom: 0.0001 and 99.9999 % points, 15 rings a run.
TEST_CASE("ring contract: random keys fall on nodes as shares say") {
  const Names keys = RandomKeys(99, 60'000);
  OverAllKinds([&](const std::string& dialect) {
    const RingPtr ring = Build(dialect, Numbered("node-", 0, 7));
    const double chi2 = ChiSquare(CountOwners(*ring, keys), ring->Shares());
    CHECK(chi2 < 38.3);
    CHECK(chi2 > 0.036);
  });
}

TEST_CASE("ring contract: the order that nodes come in leaves no trace") {
  const Names keys = RandomKeys(3, 500);
  OverAllKinds([&](const std::string& dialect) {
    Names names = Numbered("node-", 7, 6);  // node-7 to node-12
    const RingPtr first = Build(dialect, names);
    Rng rng(11);
    for (int shuffle = 0; shuffle < 5; ++shuffle) {
      for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[rng.Below(i)]);
      const RingPtr other = Build(dialect, names);
      REQUIRE(other->fingerprint() == first->fingerprint());
      REQUIRE(SameOwners(*first, *other, keys));
    }
  });
}

TEST_CASE("ring contract: a ring says what builds it") {
  const Names keys = RandomKeys(4, 500);
  OverAllKinds([&](const std::string& dialect) {
    const RingPtr ring = Build(dialect, Numbered("node-", 0, 5));
    REQUIRE(FindRingKind(ring->dialect()) == FindRingKind(dialect));
    REQUIRE(ring->replicas() == (FindRingKind(dialect)->uses_replicas ? 50 : 1));
    const RingPtr again = Build(ring->dialect(), ring->nodes(), ring->replicas());
    REQUIRE(again->fingerprint() == ring->fingerprint());
    REQUIRE(SameOwners(*ring, *again, keys));
  });
}

TEST_CASE("ring contract: a node that comes and goes leaves the ring as it was") {
  const Names keys = RandomKeys(5, 2000);
  OverAllKinds([&](const std::string& dialect) {
    const RingPtr before = Build(dialect, Numbered("node-", 0, 7));
    const RingPtr with = before->With({.name = "node-7"}).value();  // the last, for jump
    REQUIRE(with->nodes().size() == 8);
    REQUIRE(with->IndexOf("node-7") == 7);
    REQUIRE(with->fingerprint() != before->fingerprint());
    REQUIRE(!SameOwners(*before, *with, keys));
    const RingPtr after = with->Without("node-7").value();
    REQUIRE(after->nodes() == before->nodes());
    REQUIRE(after->fingerprint() == before->fingerprint());
    REQUIRE(after->dialect() == before->dialect());
    REQUIRE(SameOwners(*before, *after, keys));
  });
}

TEST_CASE("ring contract: only a table moves keys between nodes that stay") {
  const Names keys = RandomKeys(6, 20'000);
  OverAllKinds([&](const std::string& dialect) {
    const RingPtr before = Build(dialect, Numbered("node-", 0, 7));
    const KeyMoves joined = CompareKeys(*before, *before->With({.name = "node-7"}).value(), keys);
    const KeyMoves left = CompareKeys(*before, *before->Without("node-6").value(), keys);
    CHECK(joined.moved > 0);
    CHECK(left.moved == CountOwners(*before, keys)[6] + left.spurious);
    const bool table = FindRingKind(dialect)->ownership == Ownership::kTable;
    CHECK((joined.spurious > 0) == table);
    CHECK((left.spurious > 0) == table);
  });
}

TEST_CASE("ring contract: changes that cannot be made say why") {
  using Catch::Matchers::Contains;
  OverAllKinds([](const std::string& dialect) {
    const RingPtr ring = Build(dialect, {"a", "b"});
    const auto refusal = [&](const RingNode& node) { return ring->With(node).error().message; };
    REQUIRE_THAT(refusal({"b", 1}), Contains("add node \"b\"") && Contains("there already"));
    REQUIRE_THAT(refusal({"", 1}), Contains("one byte or more"));
    for (const double weight : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
      REQUIRE_THAT(refusal({"c", weight}), Contains("a weight is a number from 0.000001"));
    }
    REQUIRE_THAT(ring->Without("c").error().message, Contains("it is not there"));
    const RingPtr alone = ring->Without("b").value();
    REQUIRE_THAT(alone->Without("a").error().message, Contains("it is the last one"));
    const auto heavy = ring->With({"c", 2});
    REQUIRE(heavy.has_value() == FindRingKind(dialect)->has_weights);
    if (!heavy) REQUIRE_THAT(heavy.error().message, Contains("knows no weight but 1"));
  });
}

TEST_CASE("ring contract: a heavier node owns more") {
  const Names keys = RandomKeys(8, 60'000);
  OverAllKinds([&](const std::string& dialect) {
    if (!FindRingKind(dialect)->has_weights) return;
    const std::vector<RingNode> nodes = {
        {"node-0", 1}, {"node-1", 5}, {"node-2", 2}, {"node-3", 2}};
    const RingPtr ring = BuildRing({dialect, 160}, nodes).value();
    REQUIRE(ring->weights() == std::vector<double>{1, 5, 2, 2});
    CHECK(ring->Shares()[1] == Approx(0.5).margin(0.1));
    CHECK(ring->Shares()[0] == Approx(0.1).margin(0.06));
    const double chi2 = ChiSquare(CountOwners(*ring, keys), ring->Shares());
    CHECK(chi2 < 30.7);  // 99.9999 % point at 3 degrees of freedom
    const RingPtr equal = Build(dialect, ring->nodes(), 160);
    CHECK(equal->fingerprint() != ring->fingerprint());
    CHECK(!SameOwners(*ring, *equal, keys));
  });
}

}  // namespace
}  // namespace ringlab
