#include "core/mrc/hit_curve.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace ringlab {

std::optional<std::uint64_t> MemoryFor(const HitCurve& curve, double hit_ratio) {
  RL_CHECK(curve.bytes.size() == curve.hit_ratio.size());
  for (std::size_t i = 0; i < curve.bytes.size(); ++i) {
    if (curve.hit_ratio[i] < hit_ratio) continue;
    if (i == 0) return curve.bytes[0];
    const double below = curve.hit_ratio[i - 1];
    const double part = (hit_ratio - below) / (curve.hit_ratio[i] - below);
    const double low = std::log(static_cast<double>(curve.bytes[i - 1]));
    const double high = std::log(static_cast<double>(curve.bytes[i]));
    return static_cast<std::uint64_t>(std::ceil(std::exp(low + part * (high - low))));
  }
  return std::nullopt;
}

std::vector<std::uint64_t> SizesBetween(std::uint64_t low, std::uint64_t high, std::size_t points) {
  RL_CHECK(low >= 1 && points >= 2);
  const double ratio = static_cast<double>(std::max(low, high)) / static_cast<double>(low);
  std::vector<std::uint64_t> sizes;
  for (std::size_t i = 0; i < points; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(points - 1);
    const auto size =
        static_cast<std::uint64_t>(std::llround(static_cast<double>(low) * std::pow(ratio, part)));
    if (sizes.empty() || size > sizes.back()) sizes.push_back(size);
  }
  return sizes;
}

}  // namespace ringlab
