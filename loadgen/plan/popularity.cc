#include "loadgen/plan/popularity.h"

#include <algorithm>
#include <bit>

namespace ringlab {

static_assert(RankCounts::Scale::LowestAt(KeyPopularity::kHottestMax + 1) ==
              KeyPopularity::kHottestMax + 1);

namespace {

// The bands when a doubling of the ranks has 2^bits of them: the counters' bands, joined.
std::vector<RankBand> BandsOf(const ZipfSampler& zipf, const RankCounts& counts, int bits) {
  std::vector<RankBand> bands;
  for (std::size_t i = RankCounts::Scale::IndexOf(1); i <= RankCounts::Scale::IndexOf(zipf.n());
       ++i) {
    const std::uint64_t first = RankCounts::Scale::LowestAt(i);
    // The lowest of a band has no bits below the first `bits` behind its leading one.
    const int width = static_cast<int>(std::bit_width(first));
    const int below = std::max(0, width - 1 - bits);
    if (bands.empty() || first % (std::uint64_t{1} << below) == 0)
      bands.push_back({.first = first});
    bands.back().last = std::min(RankCounts::Scale::LowestAt(i + 1) - 1, zipf.n());
    bands.back().requests += counts.at(i);
  }
  return bands;
}

}  // namespace

KeyPopularity MeasurePopularity(const ZipfSampler& zipf, const Permutation& scatter,
                                const RankCounts& counts, double lawful,
                                const std::function<std::string(const std::string&)>& owner_of,
                                const KeySizes& key_sizes) {
  KeyPopularity popularity;
  int bits = RankCounts::kBits;
  do {
    popularity.bands = BandsOf(zipf, counts, bits--);
  } while (popularity.bands.size() > KeyPopularity::kBandsMax);  // with none, 41 for 2^40 ranks
  for (RankBand& band : popularity.bands) {
    band.expected_share = band.first == band.last
                              ? zipf.Probability(band.first)
                              : zipf.TopShare(band.last) - zipf.TopShare(band.first - 1);
    band.expected_share *= lawful;
  }
  for (std::uint64_t rank = 1; rank <= std::min(KeyPopularity::kHottestMax, zipf.n()); ++rank) {
    PopularKey hot{.rank = rank,
                   .expected_share = lawful * zipf.Probability(rank),
                   .requests = counts.at(RankCounts::Scale::IndexOf(rank))};
    AppendKey(scatter(rank - 1), key_sizes, hot.key);
    hot.owner = owner_of(hot.key);
    popularity.hottest.push_back(std::move(hot));
  }
  return popularity;
}

}  // namespace ringlab
