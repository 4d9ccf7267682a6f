#include "results/gate/change_points.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace ringlab {

namespace {

constexpr int kShuffles = 199;  // the smallest p is 1 / 200

struct Split {
  std::size_t at = 0;
  double separation = 0;
};

// The split of `values` whose sides are farthest apart: energy distance, weighted by the sizes of
// the sides. Sums of distances are kept up as the split moves, so all splits cost O(n^2).
Split BestSplit(const std::vector<double>& values) {
  const std::size_t n = values.size();
  Split best;
  if (n < 2 * kSideMin) return best;
  const auto distance = [&](std::size_t i, std::size_t j) {
    return std::abs(values[i] - values[j]);
  };
  double within_left = 0;  // each pair once
  double within_right = 0;
  double across = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) within_right += distance(i, j);
  }
  for (std::size_t moved = 0; moved + kSideMin < n; ++moved) {  // from the right to the left
    double to_left = 0;
    double to_right = 0;
    for (std::size_t j = 0; j < moved; ++j) to_left += distance(moved, j);
    for (std::size_t j = moved + 1; j < n; ++j) to_right += distance(moved, j);
    within_left += to_left;
    within_right -= to_right;
    across += to_right - to_left;
    const std::size_t left = moved + 1;
    if (left < kSideMin) continue;
    const auto a = static_cast<double>(left);
    const auto b = static_cast<double>(n - left);
    const double energy =
        2 * across / (a * b) - 2 * within_left / (a * (a - 1)) - 2 * within_right / (b * (b - 1));
    const double separation = a * b / (a + b) * energy;
    if (separation > best.separation) best = {left, separation};
  }
  return best;
}

double Median(std::vector<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

// The stretch [begin, end) and all that is found within it.
void Search(std::span<const double> series, std::size_t begin, std::size_t end, Rng& rng,
            double p_max, std::vector<ChangePoint>& found) {
  const auto stretch = series.subspan(begin, end - begin);
  std::vector<double> values(stretch.begin(), stretch.end());
  const Split split = BestSplit(values);
  if (split.separation <= 0) return;
  int as_good = 1;
  for (int shuffle = 0; shuffle < kShuffles; ++shuffle) {
    for (std::size_t i = values.size() - 1; i > 0; --i) {
      std::swap(values[i], values[rng.Below(i + 1)]);
    }
    as_good += BestSplit(values).separation >= split.separation ? 1 : 0;
  }
  const double p = as_good / (kShuffles + 1.0);
  if (p > p_max) return;
  const std::size_t at = begin + split.at;
  Search(series, begin, at, rng, p_max, found);
  found.push_back({.at = at, .before = 0, .after = 0, .p = p});
  Search(series, at, end, rng, p_max, found);
}

}  // namespace

std::vector<ChangePoint> ChangePoints(std::span<const double> series, std::uint64_t seed,
                                      double p_max) {
  const std::size_t skipped = series.size() > kPointsMax ? series.size() - kPointsMax : 0;
  std::vector<ChangePoint> found;
  Rng rng = Rng(seed).Split("change points");
  Search(series, skipped, series.size(), rng, p_max, found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t from = i == 0 ? skipped : found[i - 1].at;
    const std::size_t to = i + 1 < found.size() ? found[i + 1].at : series.size();
    const auto level = [&](std::size_t begin, std::size_t end) {
      const auto part = series.subspan(begin, end - begin);
      return Median({part.begin(), part.end()});
    };
    found[i].before = level(from, found[i].at);
    found[i].after = level(found[i].at, to);
  }
  return found;
}

}  // namespace ringlab
