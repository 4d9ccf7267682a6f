// The published rings of groupcache, our default, and the rules of a point ring.
#include "core/ring/ring.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/ring/point_ring.h"
#include "core/ring/spec.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

std::vector<std::uint64_t> SmallArcs(const PointRing& ring) {
  const std::vector<Units> arcs = ring.Arcs()->UnitsOf(ring.nodes().size());
  REQUIRE(std::accumulate(arcs.begin(), arcs.end(), Units{0}) == ring.circle());
  std::vector<std::uint64_t> small;
  for (const Units arc : arcs) small.push_back(static_cast<std::uint64_t>(arc));
  return small;
}

// A key is its own hash, so that a test can name a place on the circle; all points of a node
// follow from the digits of its name.
constexpr RingHash kDigitsHash{
    "digits", 64,
    [](std::string_view node, std::uint32_t) {
      return std::uint64_t{std::stoull(std::string(node))};
    },
    [](std::string_view key) { return std::uint64_t{std::stoull(std::string(key))}; }};

constexpr RingHash kOnePlaceHash{"one-place", 8,
                                 [](std::string_view, std::uint32_t) { return std::uint64_t{77}; },
                                 [](std::string_view key) { return HashXx64(key, 0) & 0xff; }};

TEST_CASE("crc32-prefix places points and keys as groupcache does") {
  REQUIRE(Crc32PrefixPoint("127.0.0.1:9000", 0) == 0xb23cceb4);
  REQUIRE(Crc32PrefixPoint("node-0", 0) == 0xe038f746);
  REQUIRE(Crc32PrefixPoint("node-7", 49) == 0x120d7aa6);
  REQUIRE(Crc32PrefixPoint("localhost:8001", 0) == 0x462c175d);
  REQUIRE(Crc32PrefixPoint("localhost:8003", 49) == 0xc01120c8);
  REQUIRE(Crc32Key("Jack") == 0x084846e6);
  REQUIRE(Crc32Key("Sam") == 0xde5e0ef8);
  REQUIRE(Crc32Key("Alice") == 0xe64f9343);
  REQUIRE(Crc32Key("王五") == 0xc9aedc43);
}

TEST_CASE("crc32-prefix owns the arcs of the golden rings") {
  const PointRing eight(kCrc32PrefixHash, 50, EqualNodes(Numbered("node-", 0, 8)));
  REQUIRE(SmallArcs(eight) == std::vector<std::uint64_t>{461923390, 592960897, 491910463, 620370640,
                                                         604391443, 471672255, 607684620,
                                                         444053588});
  REQUIRE(eight.points() == 400);
  REQUIRE(eight.collisions() == 0);

  const PointRing three(kCrc32PrefixHash, 50, EqualNodes(Numbered("127.0.0.1:", 50051, 3)));
  REQUIRE(SmallArcs(three) == std::vector<std::uint64_t>{1162919405, 1576409371, 1555638520});
}

TEST_CASE("crc32-prefix gives keys the owners that groupcache gives") {
  const auto ring = BuildRing({"crc32-prefix", 50}, EqualNodes(Numbered("localhost:", 8001, 3)));
  REQUIRE(ring);
  REQUIRE(OwnerName(**ring, "Tom") == "localhost:8001");
  REQUIRE(OwnerName(**ring, "Jack") == "localhost:8002");
  REQUIRE(OwnerName(**ring, "Sam") == "localhost:8002");
  REQUIRE(OwnerName(**ring, "Alice") == "localhost:8002");
  REQUIRE(OwnerName(**ring, "王五") == "localhost:8003");
}

// Clusters of mixed releases must agree, so the default dialect is pinned like a foreign one.
TEST_CASE("xx64 places points by seeds from 1 and keys by seed 0") {
  REQUIRE(Xx64Point("node-0", 0) == HashXx64("node-0", 1));
  REQUIRE(Xx64Point("node-0", 159) == HashXx64("node-0", 160));
  REQUIRE(Xx64Key("node-0") == HashXx64("node-0", 0));
  const auto ring = BuildRing({}, EqualNodes(Numbered("node-", 0, 3)));
  REQUIRE(ring);
  REQUIRE((*ring)->dialect() == "xx64");
  REQUIRE((*ring)->replicas() == 160);
  REQUIRE(OwnersOf32(**ring) == "11101222202202200210221020112100");
  REQUIRE((*ring)->fingerprint() == 0x03851dcdc5647223ULL);
}

TEST_CASE("a key belongs to the first point at or after its hash and wraps") {
  const PointRing ring(kDigitsHash, 1, EqualNodes({"1000", "2000", "18446744073709551000"}));
  REQUIRE(OwnerName(ring, "0") == "1000");
  REQUIRE(OwnerName(ring, "1000") == "1000");
  REQUIRE(OwnerName(ring, "1001") == "2000");
  REQUIRE(OwnerName(ring, "2000") == "2000");
  REQUIRE(OwnerName(ring, "2001") == "18446744073709551000");
  REQUIRE(OwnerName(ring, "18446744073709551000") == "18446744073709551000");
  REQUIRE(OwnerName(ring, "18446744073709551001") == "1000");
  REQUIRE(OwnerName(ring, "18446744073709551615") == "1000");
}

TEST_CASE("points at both ends of the circle own them") {
  const PointRing ring(kDigitsHash, 1, EqualNodes({"0", "18446744073709551615"}));
  REQUIRE(OwnerName(ring, "0") == "0");
  REQUIRE(OwnerName(ring, "1") == "18446744073709551615");
  REQUIRE(OwnerName(ring, "18446744073709551615") == "18446744073709551615");
  REQUIRE(ring.Arcs()->UnitsOf(ring.nodes().size()) == std::vector<Units>{1, ring.circle() - 1});
}

TEST_CASE("one node owns the whole circle") {
  for (const std::uint32_t replicas : {1U, 160U}) {
    const PointRing ring(kXx64Hash, replicas, EqualNodes({"alone"}));
    REQUIRE(ring.Arcs()->UnitsOf(ring.nodes().size()) == std::vector<Units>{Units{1} << 64});
    REQUIRE(ring.Shares() == std::vector<double>{1.0});
    REQUIRE(ring.OwnerOf("") == 0);
    REQUIRE(ring.OwnerOf("key") == 0);
    REQUIRE(ring.OwnerOfHash(0) == 0);
    REQUIRE(ring.OwnerOfHash(UINT64_MAX) == 0);
  }
}

TEST_CASE("where points coincide the greatest name owns the place") {
  Names names{"b", "\xff", "a", "c"};  // names are bytes: 0xff is the greatest
  std::sort(names.begin(), names.end());
  do {
    const PointRing ring(kOnePlaceHash, 3, EqualNodes(names));
    REQUIRE(ring.points() == 1);
    REQUIRE(ring.collisions() == 11);
    REQUIRE(OwnerName(ring, "any") == "\xff");
    REQUIRE(ring.Arcs()->UnitsOf(ring.nodes().size()) == std::vector<Units>{0, 0, 0, 256});
  } while (std::next_permutation(names.begin(), names.end()));
}

TEST_CASE("nodes are sorted and found by name") {
  const PointRing ring(kXx64Hash, 5, EqualNodes({"n10", "n2", "n1"}));
  REQUIRE(ring.nodes() == Names{"n1", "n10", "n2"});
  REQUIRE(ring.IndexOf("n1") == 0);
  REQUIRE(ring.IndexOf("n2") == 2);
  REQUIRE(ring.IndexOf("n") == kNoNode);
  REQUIRE(ring.IndexOf("n3") == kNoNode);
  REQUIRE(ring.IndexOf("") == kNoNode);
}

TEST_CASE("fingerprints differ when anything differs and when nothing does not") {
  const auto fingerprint = [](const RingSpec& spec, Names names) {
    return BuildRing(spec, EqualNodes(names)).value()->fingerprint();
  };
  const std::uint64_t base = fingerprint({"xx64", 160}, {"a", "b"});
  REQUIRE(fingerprint({"xx64", 160}, {"b", "a"}) == base);
  const std::vector<std::uint64_t> others = {
      fingerprint({"crc32-prefix", 160}, {"a", "b"}),
      fingerprint({"xx64", 161}, {"a", "b"}),
      fingerprint({"xx64", 160}, {"a", "c"}),
      fingerprint({"xx64", 160}, {"a"}),
      fingerprint({"xx64", 160}, {"ab"}),
      fingerprint({"xx64", 160}, {"a", "b", "c"}),
      fingerprint({"xx64", 160}, {"a", "bc"}),
      fingerprint({"xx64", 160}, {"ab", "c"}),
      fingerprint({"xx64", 160}, {std::string("a\0b", 3)}),
  };
  for (std::size_t i = 0; i < others.size(); ++i) {
    REQUIRE(others[i] != base);
    for (std::size_t j = 0; j < i; ++j) REQUIRE(others[i] != others[j]);
  }
}

}  // namespace
}  // namespace ringlab
