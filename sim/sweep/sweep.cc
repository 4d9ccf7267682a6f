#include "sim/sweep/sweep.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <utility>

#include "core/base/check.h"
#include "sim/skew/naming.h"
#include "sim/skew/skew.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kSampledKeys = std::uint64_t{1} << 16;

// The root of a mean square and of its interval, which is what theory expects of a CV.
template <class Pick>
Estimate EstimateRms(const std::vector<SweepSample>& samples, Pick pick) {
  std::vector<double> squares;
  squares.reserve(samples.size());
  for (const SweepSample& sample : samples) squares.push_back(pick(sample) * pick(sample));
  Estimate estimate = EstimateMean(squares);
  estimate.mean = std::sqrt(estimate.mean);
  if (estimate.interval) {
    estimate.interval->low = std::sqrt(std::max(0.0, estimate.interval->low));
    estimate.interval->high = std::sqrt(estimate.interval->high);
  }
  return estimate;
}

template <class Pick>
Estimate EstimateOf(const std::vector<SweepSample>& samples, Pick pick) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const SweepSample& sample : samples) values.push_back(pick(sample));
  return EstimateMean(values);
}

// Whether one ring serves both.
bool ShareRing(const SweepCell& a, const SweepCell& b) {
  return a.ring == b.ring && a.replicas == b.replicas && a.nodes == b.nodes && a.names == b.names;
}

bool ShareTheory(const SweepCell& a, const SweepCell& b) {
  return a.ring == b.ring && a.replicas == b.replicas && a.nodes == b.nodes;
}

}  // namespace

Estimate EstimateMean(const std::vector<double>& values) {
  RL_CHECK(!values.empty());
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  Estimate estimate{.mean = sum / n};
  if (values.size() < 2) return estimate;
  double squares = 0;
  for (const double value : values) squares += std::pow(value - estimate.mean, 2);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  const double half = t * std::sqrt(squares / (n - 1) / n);
  estimate.interval = Band{.low = estimate.mean - half, .high = estimate.mean + half};
  return estimate;
}

SweepRow Summarise(const SweepCell& cell, const std::vector<SweepSample>& samples) {
  SweepRow row;
  row.cell = cell;
  row.seeds = samples.size();
  row.peak = EstimateOf(samples, [](const SweepSample& s) { return s.ring.peak_to_mean; });
  row.min = EstimateOf(samples, [](const SweepSample& s) { return s.ring.min_to_mean; });
  row.cv = EstimateRms(samples, [](const SweepSample& s) { return s.ring.cv; });
  row.gini = EstimateOf(samples, [](const SweepSample& s) { return s.ring.gini; });
  row.load_peak = EstimateOf(samples, [](const SweepSample& s) { return s.load.peak_to_mean; });
  row.load_cv = EstimateRms(samples, [](const SweepSample& s) { return s.load.cv; });
  return row;
}

Result<Sweep> Sweep::Create(std::vector<SweepCell> cells, std::uint64_t keys,
                            std::uint64_t first_seed, std::uint64_t seeds) {
  RL_CHECK(!cells.empty() && seeds > 0);
  if (cells.size() > kSweepSamplesMax / seeds) {
    return Fail(Code::kInvalidArgument, std::to_string(cells.size()) + " cells with " +
                                            std::to_string(seeds) +
                                            " seeds each; expected fewer, at most " +
                                            std::to_string(kSweepSamplesMax) + " in all");
  }
  return Sweep(std::move(cells), keys, first_seed, seeds);
}

Sweep::Sweep(std::vector<SweepCell> cells, std::uint64_t keys, std::uint64_t first_seed,
             std::uint64_t seeds)
    : cells_(std::move(cells)),
      keys_(keys),
      first_seed_(first_seed),
      seeds_(seeds),
      samples_(cells_.size() * seeds) {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (i > 0 && ShareRing(cells_[i], cells_[i - 1])) {
      groups_.back().end = i + 1;
    } else {
      std::size_t same = 0;
      while (same < groups_.size() && !ShareTheory(cells_[groups_[same].begin], cells_[i])) ++same;
      groups_.push_back({.begin = i, .end = i + 1, .theory = same});
    }
    const double s = cells_[i].zipf_s;
    const auto law = std::find_if(laws_.begin(), laws_.end(),
                                  [s](const TrafficLaw& known) { return known.zipf.s() == s; });
    law_of_.push_back(static_cast<std::size_t>(law - laws_.begin()));
    if (law == laws_.end()) laws_.emplace_back(keys_, s, kHottestKeys);
  }
}

SweepMeasured Sweep::Measure(std::uint64_t job) const {
  auto measured = MeasureRing(job / seeds_, job % seeds_);
  if (!measured) return {.failed = std::move(measured.error())};
  return *std::move(measured);
}

Result<SweepMeasured> Sweep::MeasureRing(std::size_t group, std::uint64_t seed_index) const {
  const Group& of_ring = groups_[group];
  const SweepCell& cell = cells_[of_ring.begin];
  const std::uint64_t seed = first_seed_ + seed_index;
  const RingSpec spec{.dialect = cell.ring, .replicas = cell.replicas};
  if (auto work = CheckSampling(spec, cell.nodes, kSampledKeys); !work) {
    return tl::unexpected<Error>(work.error());
  }
  auto names = NamesFromPattern(cell.names, cell.nodes);
  if (!names) return tl::unexpected<Error>(names.error());
  if (seed > 1) names = SiblingNames(*names, seed);
  const auto ring = BuildRing(spec, EqualNodes(*names));
  if (!ring) return tl::unexpected<Error>(ring.error());
  const Skew skew = MeasureSkew(**ring, {.keys = kSampledKeys, .seed = seed});
  SweepMeasured measured;
  const bool wants_theory = seed_index == 0 && of_ring.theory == group;
  if (wants_theory) measured.expected = TheoryOf(**ring, skew, 1).expected();

  const Workload plan = WorkloadOf(seed, keys_, cell.zipf_s);
  const auto owners = OwnersOfHottest(**ring, plan.scatter(), kHottestKeys);
  for (std::size_t i = of_ring.begin; i < of_ring.end; ++i) {
    const Traffic traffic = MeasureTraffic(**ring, skew, laws_[law_of_[i]], owners);
    measured.samples.push_back({.ring = skew.balance, .load = traffic.balance});
  }
  return measured;
}

Result<void> Sweep::Take(std::uint64_t job, const SweepMeasured& measured) {
  RL_CHECK(job < jobs());
  const std::uint64_t seed_index = job % seeds_;
  Group& of_ring = groups_[job / seeds_];
  if (measured.failed) {
    // What cannot be built cannot be built of any names.
    if (seed_index == 0) of_ring.failed = measured.failed;
    return {};
  }
  if (measured.samples.size() != of_ring.end - of_ring.begin) {
    return Fail(Code::kDataLoss, "job " + std::to_string(job) + " of a sweep has " +
                                     std::to_string(measured.samples.size()) + " samples, not " +
                                     std::to_string(of_ring.end - of_ring.begin));
  }
  if (measured.expected) of_ring.expected = *measured.expected;
  for (std::size_t i = of_ring.begin; i < of_ring.end; ++i) {
    samples_[i * seeds_ + seed_index] = measured.samples[i - of_ring.begin];
  }
  return {};
}

Result<std::vector<SweepRow>> Sweep::Rows(std::uint64_t done) const {
  std::vector<SweepRow> rows;
  for (std::size_t group = 0; group * seeds_ < done; ++group) {
    const Group& of_ring = groups_[group];
    if (of_ring.failed) return tl::unexpected<Error>(*of_ring.failed);
    const std::uint64_t seeds = std::min(seeds_, done - group * seeds_);
    for (std::size_t i = of_ring.begin; i < of_ring.end; ++i) {
      const auto first = samples_.begin() + static_cast<std::ptrdiff_t>(i * seeds_);
      rows.push_back(Summarise(cells_[i], {first, first + static_cast<std::ptrdiff_t>(seeds)}));
      rows.back().expected = groups_[of_ring.theory].expected;
    }
  }
  return rows;
}

}  // namespace ringlab
