#include "results/statistics/steady.h"

#include <cmath>
#include <vector>

#include "results/statistics/student.h"

namespace ringlab {

namespace {

struct Moments {
  double mean = 0;
  double squares = 0;  // the sum of the squared distances from the mean
};

Moments MomentsOf(std::span<const double> values) {
  Moments moments;
  for (const double value : values) moments.mean += value;
  moments.mean /= static_cast<double>(values.size());
  for (const double value : values) {
    moments.squares += (value - moments.mean) * (value - moments.mean);
  }
  return moments;
}

// From the end, so that a rest that is too short to fill a batch belongs to the warm-up.
std::vector<double> BatchMeans(std::span<const double> samples) {
  std::vector<double> means;
  for (std::size_t at = samples.size() % kSteadyBatch; at < samples.size(); at += kSteadyBatch) {
    means.push_back(MomentsOf(samples.subspan(at, kSteadyBatch)).mean);
  }
  return means;
}

// The variance is that from neighbour to neighbour (J. von Neumann, 1941): a rest that moves on
// must not hide how far it has come.
bool Differ(std::span<const double> cut, std::span<const double> rest) {
  const auto n = static_cast<double>(rest.size());
  double squares = 0;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    squares += (rest[i] - rest[i - 1]) * (rest[i] - rest[i - 1]);
  }
  const double variance = squares / (2 * (n - 1));
  const double error = std::sqrt(variance * (1 / static_cast<double>(cut.size()) + 1 / n));
  return std::abs(MomentsOf(cut).mean - MomentsOf(rest).mean) >
         StudentQuantile((1 + kSteadySure) / 2, n - 1) * error;
}

}  // namespace

std::optional<SteadyFrom> FindSteady(std::span<const double> samples) {
  const std::vector<double> means = BatchMeans(samples);
  if (means.size() < kSteadyBatches) return std::nullopt;
  const std::span<const double> all(means);
  const std::size_t last = means.size() / 2;
  std::size_t best = 0;
  double least = 0;
  for (std::size_t cut = 0; cut <= last; ++cut) {
    const auto n = static_cast<double>(means.size() - cut);
    const double error = MomentsOf(all.subspan(cut)).squares / (n * n);
    if (cut > 0 && error >= least) continue;
    best = cut;
    least = error;
  }
  // What is no different from the rest is given back to it.
  std::size_t cut = best;
  while (cut > 0 && !Differ(all.subspan(cut - 1, best - cut + 1), all.subspan(best))) --cut;
  if (cut == 0) return SteadyFrom{};
  return SteadyFrom{.from = samples.size() % kSteadyBatch + cut * kSteadyBatch,
                    .settled = cut < last};
}

}  // namespace ringlab
