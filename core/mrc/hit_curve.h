// HitCurve: the hit ratio of a cache over the memory that it has. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ringlab {

struct HitCurve {
  std::vector<std::uint64_t> bytes;  // ascending, above 0; keys, overhead and index included
  std::vector<double> hit_ratio;     // of the requests; one for each of `bytes`
};

// The hit ratios that people size caches for, and how files spell them.
struct HitTarget {
  double hit_ratio;
  std::string_view name;
};
inline constexpr std::array<HitTarget, 3> kHitTargets{
    {{0.9, "0.9"}, {0.95, "0.95"}, {0.99, "0.99"}}};

// The least memory with that hit ratio: the first place where the curve reaches it, between two
// points by the logarithm of the bytes. The first point's bytes if it is there already; nothing
// where the curve stays below.
std::optional<std::uint64_t> MemoryFor(const HitCurve& curve, double hit_ratio);

// `points` sizes from `low` to `high`, ascending and evenly spaced by their logarithms; fewer where
// they would be equal. low >= 1, points >= 2.
std::vector<std::uint64_t> SizesBetween(std::uint64_t low, std::uint64_t high, std::size_t points);

}  // namespace ringlab
