#include "results/gate/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"
#include "core/base/random.h"
#include "results/statistics/student.h"

namespace ringlab {

namespace {

// A sample that is resampled: sorted once, then each resample is how often each of it was drawn, so
// that no resample has to be sorted.
class Resampled {
 public:
  explicit Resampled(std::span<const double> sample)
      : sorted_(sample.begin(), sample.end()), drawn_(sample.size()) {
    RL_CHECK_BECAUSE(!sorted_.empty(), "statistics of no sample");
    std::ranges::sort(sorted_);
  }

  double Mean() {
    std::ranges::fill(drawn_, 1);
    return MeanOfDrawn();
  }

  double MeanOfResample(Rng& rng) {
    std::ranges::fill(drawn_, 0);
    for (std::size_t i = 0; i < sorted_.size(); ++i) ++drawn_[rng.Below(sorted_.size())];
    return MeanOfDrawn();
  }

 private:
  double MeanOfDrawn() const {
    const std::size_t n = sorted_.size();
    const auto cut = static_cast<std::size_t>(kTrimmedShare * static_cast<double>(n));
    std::size_t rank = 0;
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t from = std::max(rank, cut);
      const std::size_t to = std::min(rank + drawn_[i], n - cut);
      if (to > from) sum += static_cast<double>(to - from) * sorted_[i];
      rank += drawn_[i];
    }
    return sum / static_cast<double>(n - 2 * cut);
  }

  std::vector<double> sorted_;
  std::vector<std::size_t> drawn_;
};

RatioInterval FromLogs(double point, std::vector<double>& resampled) {
  const auto bound = [&](double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(resampled.size() - 1));
    std::nth_element(resampled.begin(), resampled.begin() + at, resampled.end());
    return std::exp(resampled[static_cast<std::size_t>(at)]);
  };
  return {.ratio = std::exp(point), .low = bound(1 - kConfidence), .high = bound(kConfidence)};
}

}  // namespace

double TrimmedMean(std::vector<double> values) {
  return values.empty() ? 0 : Resampled(values).Mean();
}

double HodgesLehmann(std::span<const double> values) {
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  }
  if (means.empty()) return 0;
  std::ranges::sort(means);
  const std::size_t half = means.size() / 2;
  return means.size() % 2 == 1 ? means[half] : (means[half - 1] + means[half]) / 2;
}

RatioInterval PairedRatio(std::span<const double> log_ratios, std::uint64_t seed) {
  Resampled pairs(log_ratios);
  Rng rng = Rng(seed).Split("bootstrap of pairs");
  std::vector<double> resampled(kResamples);
  const double point = pairs.Mean();
  for (double& mean : resampled) mean = pairs.MeanOfResample(rng);
  return FromLogs(point, resampled);
}

RatioInterval UnpairedRatio(std::span<const double> base_logs, std::span<const double> head_logs,
                            std::uint64_t seed) {
  Resampled base(base_logs);
  Resampled head(head_logs);
  Rng rng = Rng(seed).Split("bootstrap of two samples");
  std::vector<double> resampled(kResamples);
  const double point = head.Mean() - base.Mean();
  for (double& difference : resampled) {
    const double of_base = base.MeanOfResample(rng);
    difference = head.MeanOfResample(rng) - of_base;
  }
  return FromLogs(point, resampled);
}

RatioInterval RatioOfFew(std::span<const double> base_logs, std::span<const double> head_logs) {
  RL_CHECK(base_logs.size() > 1 && head_logs.size() > 1);
  const MeanInterval base = *IntervalOfMean(base_logs);
  const MeanInterval head = *IntervalOfMean(head_logs);
  const auto base_freedom = static_cast<double>(base_logs.size() - 1);
  const auto head_freedom = static_cast<double>(head_logs.size() - 1);
  const double of_base = base.deviation * base.deviation / (base_freedom + 1);
  const double of_head = head.deviation * head.deviation / (head_freedom + 1);
  const double point = head.mean - base.mean;
  double half = 0;
  if (const double both = of_base + of_head; both > 0) {
    const double freedom =
        both * both / (of_base * of_base / base_freedom + of_head * of_head / head_freedom);
    half = StudentQuantile(kConfidence, freedom) * std::sqrt(both);
  }
  return {.ratio = std::exp(point), .low = std::exp(point - half), .high = std::exp(point + half)};
}

}  // namespace ringlab
