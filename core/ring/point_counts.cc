#include "core/ring/point_counts.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace ringlab {
namespace {

std::uint64_t Bounded(double points) {
  constexpr auto kTooMany = static_cast<double>(kMaxRingPoints + 1);
  return static_cast<std::uint64_t>(std::clamp(points, 0.0, kTooMany));
}

double SumOf(std::span<const double> weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace

std::vector<std::uint64_t> ProportionalPoints(std::uint32_t replicas,
                                              std::span<const double> weights) {
  std::vector<std::uint64_t> counts;
  counts.reserve(weights.size());
  for (const double weight : weights) {
    counts.push_back(Bounded(std::max(1.0, std::round(replicas * weight))));
  }
  return counts;
}

std::vector<std::uint64_t> KetamaPoints(std::uint32_t replicas, std::span<const double> weights) {
  constexpr std::uint32_t kPointsOfDigest = 4;
  const std::uint32_t least = replicas < kPointsOfDigest ? 0 : 1;
  const auto digests_of_equals = static_cast<double>(std::uint32_t{replicas / kPointsOfDigest});
  const auto sum = static_cast<float>(SumOf(weights));
  const auto nodes = static_cast<float>(weights.size());
  std::vector<std::uint64_t> counts;
  counts.reserve(weights.size());
  for (const double weight : weights) {
    const float share = static_cast<float>(weight) / sum;
    const float digests = std::floor(static_cast<float>(share * digests_of_equals * nodes));
    const double whole = kPointsOfDigest * std::max<double>(digests, least);
    counts.push_back(Bounded(whole + replicas % kPointsOfDigest));
  }
  return counts;
}

std::vector<std::uint64_t> EnvoyPoints(std::uint32_t replicas, std::span<const double> weights) {
  if (std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end()) {
    return std::vector<std::uint64_t>(weights.size(), replicas);
  }
  const double sum = SumOf(weights);
  const double lightest = *std::min_element(weights.begin(), weights.end()) / sum;
  const double ring = static_cast<double>(replicas) * static_cast<double>(weights.size());
  const double scale = std::ceil(lightest * ring) / lightest;
  std::vector<std::uint64_t> counts;
  counts.reserve(weights.size());
  double placed = 0;
  double target = 0;
  for (const double weight : weights) {
    target += scale * (weight / sum);
    const double reached = std::max(placed, std::ceil(target));
    counts.push_back(Bounded(reached - placed));
    placed = reached;
  }
  return counts;
}

}  // namespace ringlab
