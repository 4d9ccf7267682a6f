#include "core/source/size_table.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "core/base/random.h"
#include "core/source/published_sizes.h"
#include "core/source/synthetic_source.h"

namespace ringlab {
namespace {

constexpr SizeStep kSizeSteps[] = {{0, 9}, {0.5, 10}, {0.75, 14}, {1, 114}};
constexpr SizeTable kSizeTable("small", kSizeSteps);

TEST_CASE("a table of sizes is inverted") {
  REQUIRE(kSizeTable.min() == 10);
  REQUIRE(kSizeTable.max() == 114);
  REQUIRE(kSizeTable.At(0) == 10);
  REQUIRE(kSizeTable.At(0.4999) == 10);
  REQUIRE(kSizeTable.At(0.5) == 11);
  REQUIRE(kSizeTable.At(0.6) == 12);
  REQUIRE(kSizeTable.At(0.7499) == 14);
  REQUIRE(kSizeTable.At(0.75) == 15);
  REQUIRE(kSizeTable.At(std::nextafter(1.0, 0.0)) == 114);
  REQUIRE(kSizeTable.mean() == Approx(0.5 * 10 + 0.25 * 12.5 + 0.25 * 64.5));
}

TEST_CASE("what is drawn has the table's mean") {
  Rng rng(3);
  for (const char* const name : {"kvcache", "cdn", "graph"}) {
    for (const SizeTable* const table : {FindValueSizes(name), FindKeySizes(name)}) {
      REQUIRE(table != nullptr);
      REQUIRE(table->name() == name);
      constexpr int kDraws = 400'000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < kDraws; ++i) {
        const std::size_t size = table->At(rng.Uniform());
        REQUIRE(size >= table->min());
        REQUIRE(size <= table->max());
        sum += static_cast<double>(size);
        squares += static_cast<double>(size) * static_cast<double>(size);
      }
      const double mean = sum / kDraws;
      const double deviation = std::sqrt((squares / kDraws - mean * mean) / kDraws);
      REQUIRE(std::abs(mean - table->mean()) < 5 * deviation);
    }
  }
  REQUIRE(FindValueSizes("kv") == nullptr);
  REQUIRE(FindKeySizes("") == nullptr);
}

// The weights that CacheLib's tables give to some stretches of sizes (core/source/published_sizes.h
// names the files), over their sums.
TEST_CASE("published sizes have the published shares") {
  constexpr double kKvcache = 17'034'005;
  constexpr double kGraph = 62'686'423;
  constexpr double kCdn = 5'812'006;  // partly summed in runs
  const struct {
    const char* table;
    std::size_t low;
    std::size_t high;
    double share;
  } rows[] = {{"kvcache", 64, 95, 2'243'135 / kKvcache},
              {"kvcache", 96, 127, 4'088'142 / kKvcache},
              {"kvcache", 128, 159, 8'366'545 / kKvcache},
              {"kvcache", 160, 191, 724'067 / kKvcache},
              {"kvcache", 480, 511, 135'588 / kKvcache},
              {"graph", 32, 63, 5'946'604 / kGraph},
              {"graph", 96, 127, 4'614'831 / kGraph},
              {"graph", 224, 255, 5'816'579 / kGraph},
              {"graph", 960, 1023, (651'795.0 + 280'757) / kGraph},
              {"cdn", 32, 63, 983'936 / kCdn},
              {"cdn", 65'536, 4'200'000, 0.1215}};
  constexpr int kDraws = 1'000'000;
  for (const auto& row : rows) {
    const SizeTable& table = *FindValueSizes(row.table);
    int within = 0;
    for (int i = 0; i < kDraws; ++i) {
      const std::size_t size = table.At((i + 0.5) / kDraws);
      within += size >= row.low && size <= row.high ? 1 : 0;
    }
    CAPTURE(row.table, row.low, row.high, row.share);
    REQUIRE(std::abs(static_cast<double>(within) / kDraws - row.share) < 0.01);
  }
}

TEST_CASE("a synthetic source takes its sizes from a table") {
  const SyntheticSpec spec = ParseSyntheticSpec("size=graph,latency=1ms").value();
  REQUIRE(spec.sizes == FindValueSizes("graph"));
  REQUIRE(spec.size_min == 8);
  REQUIRE(spec.size_max == 209'727);
  double sum = 0;
  constexpr int kKeys = 100'000;
  for (int i = 0; i < kKeys; ++i) {
    sum += static_cast<double>(SyntheticSize(spec, "key-" + std::to_string(i)));
  }
  REQUIRE(sum / kKeys == Approx(spec.sizes->mean()).epsilon(0.1));
  // A size that comes later is meant.
  REQUIRE(ParseSyntheticSpec("size=graph,size=7").value().sizes == nullptr);
  const auto wrong = ParseSyntheticSpec("size=memcache");
  REQUIRE_FALSE(wrong);
  REQUIRE(wrong.error().message.find("or kvcache, cdn or graph") != std::string::npos);
}

}  // namespace
}  // namespace ringlab
