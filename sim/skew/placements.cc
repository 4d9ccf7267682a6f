#include "sim/skew/placements.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "core/base/check.h"
#include "core/base/random.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kSeed = 1;  // of all rings and runs
constexpr std::uint64_t kRanksMin = std::uint64_t{1} << 12;
constexpr std::uint64_t kRanksPerNode = 8;  // so that no key beyond them is much of a node's load
constexpr std::uint64_t kNodesDealt = 500'000;
constexpr std::uint64_t kPlacementsMin = 5;
constexpr double kHardlyBetter = 1.02;

// Draws nodes by their shares: a guide table leads to the first node that it may be, and from there
// it is a step on average (H. Chen and Y. Asau, "On generating random variates from an empirical
// distribution", AIIE Transactions 6(2), 1974).
class NodeDraw {
 public:
  explicit NodeDraw(const std::vector<double>& shares) : guide_(2 * shares.size()) {
    double sum = 0;
    for (const double share : shares) below_.push_back(sum += share);
    std::size_t node = 0;
    for (std::size_t i = 0; i < guide_.size(); ++i) {
      const double u = static_cast<double>(i) / static_cast<double>(guide_.size());
      while (node + 1 < below_.size() && below_[node] <= u) ++node;
      guide_[i] = node;
    }
  }

  std::size_t operator()(Rng& rng) const {
    const double u = rng.Uniform();
    std::size_t node = guide_[static_cast<std::size_t>(u * static_cast<double>(guide_.size()))];
    while (node + 1 < below_.size() && below_[node] <= u) ++node;
    return node;
  }

 private:
  std::vector<double> below_;
  std::vector<std::size_t> guide_;
};

// The most loaded node when `everybody` of the load is shared out by the ideal shares.
double PeakOf(const std::vector<double>& loads, const std::vector<double>& ideal,
              double everybody) {
  double most = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) most = std::max(most, loads[i] / ideal[i]);
  return most + everybody;
}

}  // namespace

std::vector<MirroredPeak> PeaksOverPlacements(const std::vector<double>& shares,
                                              const std::vector<double>& ideal,
                                              const TrafficLaw& law) {
  RL_CHECK(!shares.empty() && shares.size() == ideal.size());
  const std::uint64_t wanted = std::bit_ceil(kRanksPerNode * shares.size());
  const std::uint64_t ranks = std::min(law.zipf.n(), std::clamp(wanted, kRanksMin, kHottestKeys));
  const std::uint64_t placements =
      std::clamp(kNodesDealt / shares.size(), kPlacementsMin, kPlacements);
  RL_CHECK(law.hottest.size() >= ranks);
  std::vector<MirroredPeak> peaks = {{.mirrored = 0}};
  std::vector<double> everybody = {0};  // for each of these: what is mirrored
  for (std::uint64_t m = 1; m <= ranks; m *= 2) {
    peaks.push_back({.mirrored = m});
    everybody.push_back(law.zipf.TopShare(m));
  }

  const double others = 1 - law.zipf.TopShare(ranks);
  const NodeDraw draw(shares);
  Rng rng = Rng(kSeed).Split("placements");
  std::vector<double> loads(shares.size());
  for (std::uint64_t placement = 0; placement < placements; ++placement) {
    for (std::size_t i = 0; i < loads.size(); ++i) loads[i] = others * shares[i];
    // From the least popular key up: before key m comes, those above it are the mirrored ones.
    std::size_t next = peaks.size();
    for (std::uint64_t rank = ranks; rank > 0; --rank) {
      if (peaks[next - 1].mirrored == rank) {
        --next;
        peaks[next].peak += PeakOf(loads, ideal, everybody[next]);
      }
      loads[draw(rng)] += law.hottest[rank - 1];
    }
    peaks.front().peak += PeakOf(loads, ideal, 0);
  }
  for (MirroredPeak& peak : peaks) peak.peak /= static_cast<double>(placements);
  return peaks;
}

MirroredPeak FewestMirrored(const std::vector<MirroredPeak>& peaks, double target) {
  RL_CHECK(!peaks.empty());
  const auto below = [&](double bound) {
    return std::find_if(peaks.begin(), peaks.end(),
                        [bound](const MirroredPeak& p) { return p.peak <= bound; });
  };
  if (const auto enough = below(target); enough != peaks.end()) return *enough;
  const auto least = std::min_element(
      peaks.begin(), peaks.end(),
      [](const MirroredPeak& a, const MirroredPeak& b) { return a.peak < b.peak; });
  return *below(kHardlyBetter * least->peak);
}

}  // namespace ringlab
