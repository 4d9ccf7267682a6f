// The dialects of the point ring against vectors that were computed apart from this code, with
// Python's hashlib and zlib, an XXH64 written from its specification, and a ring by bisection.
#include "core/ring/ring_hash.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/ring/point_ring.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

// What a node of a golden ring owns, and where its points begin.
struct Golden {
  RingHash hash;
  std::uint32_t replicas;
  std::uint64_t first, second, fiftieth;  // points 0, 1 and 49 of node-0
  std::uint64_t last;                     // the last point of node-7
  std::uint64_t tom, jack;                // the hashes of two keys
  std::vector<std::uint64_t> arcs;
  std::string owners;  // of key-0 to key-31
};

// node-0 to node-7, each dialect with the replicas that it is used with.
const std::vector<Golden> kGoldens = {
    {kCrc32SuffixHash,
     50,
     0x16075019,
     0x6100608f,
     0x8d160d11,
     0x88591b94,
     0x459235f3,
     0x084846e6,
     {438670811, 652394055, 471664883, 574709790, 893274508, 251153566, 502870357, 510229326},
     "41411414113355361143333377773411"},
    {kFnv1Md5Hash,
     50,
     0xcc215f86209870ed,
     0x2ac4ce5c62e0226f,
     0x14f6dfe38d210709,
     0xedf00a7283604557,
     0xd82fc7186b1cf2d7,
     0xcc91a17e33189980,
     {2192534064273757633U, 2216602438636001160U, 2535809063708126518U, 1929872053074346920U,
      2524365773669493292U, 2520032952417507771U, 2610143635718001746U, 1917384092212316576U},
     "22222222226666666666666666666666"},
    {kEnvoyHash,
     128,
     0x2f10df39e215709b,
     0x17f3a910cc017f78,
     0x443ec01cc0b840d1,
     0x6adaf9060a337096,
     0x3bc76c93ba0707c0,
     0x2e449afcdd1ef489,
     {2065295406762531788U, 2244106335814275262U, 2175736011621355225U, 2332657630575743708U,
      2711539799737987284U, 2357990259346838610U, 2503505107076148274U, 2055913522774671465U},
     "17550022235154322720206631130071"},
    {kKetamaHash,
     160,
     0xc9f7c193,
     0x6e247da8,
     0x1e2d0995,
     0xf3aa9e9c,
     0xa4acffd9,
     0x827c6840,
     {581970710, 547002813, 584392080, 475518011, 551048251, 478873038, 521486928, 554675465},
     "43466641337647502300267430441101"},
};

TEST_CASE("hash functions give published values") {
  REQUIRE(HashXx64("", 0) == 0xef46db3751d8e999);
  REQUIRE(HashXx64("a", 0) == 0xd24ec4f1a98c6e5b);
  REQUIRE(HashCrc32("123456789") == 0xcbf43926);
  REQUIRE(HashFnv1("") == 0xcbf29ce484222325);
  REQUIRE(HashFnv1("a") == 0xaf63bd4c8601b7be);
  REQUIRE(HashMd5("abc") == Md5Digest{0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0, 0xd6, 0x96,
                                      0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72});
}

TEST_CASE("a hash of two strings is that of both together") {
  const std::string text(100, 'x');
  for (const std::size_t cut : {0U, 1U, 7U, 31U, 32U, 33U, 99U, 100U}) {
    const std::string first = text.substr(0, cut);
    const std::string second = text.substr(cut);
    CHECK(HashXx64(first, second, 7) == HashXx64(text, 7));
    CHECK(HashCrc32(first, second) == HashCrc32(text));
    CHECK(HashMd5(first, second) == HashMd5(text));
  }
}

TEST_CASE("fnv1-md5 places points and keys as springcache does") {
  REQUIRE(Fnv1Md5Point("10.0.0.165", 0) == 0x97a39ace3805a8a7);
  REQUIRE(Fnv1Md5Key("Tom") == 0xd82fc7186b1cf2d7);
}

TEST_CASE("point dialects place nodes and keys as their systems do") {
  for (const Golden& golden : kGoldens) {
    INFO(golden.hash.name);
    const RingHash& hash = golden.hash;
    CHECK(hash.point("node-0", 0) == golden.first);
    CHECK(hash.point("node-0", 1) == golden.second);
    CHECK(hash.point("node-0", 49) == golden.fiftieth);
    CHECK(hash.point("node-7", golden.replicas - 1) == golden.last);
    CHECK(hash.key("Tom") == golden.tom);
    CHECK(hash.key("Jack") == golden.jack);

    const PointRing ring(hash, golden.replicas, EqualNodes(Numbered("node-", 0, 8)));
    CHECK(ring.points() == 8 * golden.replicas);
    const std::vector<Units> units = ring.Arcs()->UnitsOf(8);
    CHECK(std::vector<std::uint64_t>(units.begin(), units.end()) == golden.arcs);
    CHECK(OwnersOf32(ring) == golden.owners);
  }
}

TEST_CASE("long names and great indices have points") {
  const std::string name(1000, 'n');
  for (const RingHash& hash :
       {kCrc32PrefixHash, kCrc32SuffixHash, kFnv1Md5Hash, kXx64Hash, kEnvoyHash, kKetamaHash}) {
    INFO(hash.name);
    CHECK(hash.point(name, 999'999) != hash.point(name, 999'998));
    CHECK(hash.point(name, UINT32_MAX) != hash.point(name + "n", UINT32_MAX));
  }
  CHECK(kEnvoyHash.point(name, UINT32_MAX) == HashXx64(name + "_4294967295", 0));
  CHECK(kCrc32PrefixHash.point(name, UINT32_MAX) == HashCrc32("4294967295" + name));
}

}  // namespace
}  // namespace ringlab
