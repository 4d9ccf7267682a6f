#include "loadgen/plan/expected_shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"

namespace ringlab {
namespace {

constexpr double kSumTolerance = 1e-9;

double SumOf(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

}  // namespace

std::vector<double> ExpectedShares(const ZipfSampler& zipf, const Permutation& scatter,
                                   const std::vector<double>& arc_shares,
                                   const std::function<std::size_t(std::uint64_t)>& owner_of) {
  RL_CHECK(zipf.n() == scatter.size());
  RL_CHECK(std::abs(SumOf(arc_shares) - 1) < kSumTolerance);
  std::vector<double> shares(arc_shares.size());
  const std::uint64_t exact = std::min(zipf.n(), kExactRanks);
  for (std::uint64_t rank = 1; rank <= exact; ++rank) {
    const std::size_t owner = owner_of(scatter(rank - 1));
    RL_CHECK(owner < shares.size());
    shares[owner] += zipf.Probability(rank);
  }
  const double tail = 1 - zipf.TopShare(exact);
  for (std::size_t node = 0; node < shares.size(); ++node) shares[node] += tail * arc_shares[node];
  // The harmonic number is summed apart from these terms: that both agree is worth checking.
  RL_CHECK(std::abs(SumOf(shares) - 1) < kSumTolerance);
  return shares;
}

}  // namespace ringlab
