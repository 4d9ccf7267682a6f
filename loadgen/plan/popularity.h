// KeyPopularity: whether the keys that are asked for most are those that the Zipf law says, and
// which nodes have the hottest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/plan/key_text.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/rank_counts.h"
#include "loadgen/plan/zipf.h"

namespace ringlab {

// Ranks [first, last]: their share of the requests by the law, and how many were sent.
struct RankBand {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  double expected_share = 0;
  std::uint64_t requests = 0;
};

struct PopularKey {
  std::uint64_t rank = 0;
  std::string key = {};
  std::string owner = {};
  double expected_share = 0;
  std::uint64_t requests = 0;
};

struct KeyPopularity {
  static constexpr std::size_t kBandsMax = 64;
  static constexpr std::uint64_t kHottestMax = 10;

  std::vector<RankBand> bands;  // every rank is in one, the most popular ones alone
  std::vector<PopularKey> hottest;
};

// `owner_of` names the node that owns a key, by its text. `lawful` is the fraction of the requests
// whose keys are drawn by the law.
KeyPopularity MeasurePopularity(const ZipfSampler& zipf, const Permutation& scatter,
                                const RankCounts& counts, double lawful,
                                const std::function<std::string(const std::string&)>& owner_of,
                                const KeySizes& key_sizes = {});

}  // namespace ringlab
