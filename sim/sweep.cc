#include "sim/sweep.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <utility>

#include "core/check.h"
#include "core/parse.h"
#include "core/random.h"
#include "sim/naming.h"
#include "sim/skew.h"
#include "sim/traffic.h"

namespace ringlab {

namespace {

constexpr Sampling kSampling{.keys = std::uint64_t{1} << 16};
constexpr double kZipfMax = 20;

tl::unexpected<Error> Refuse(std::string_view axis, std::string_view value,
                             const std::string& accepted) {
  return Fail(Code::kInvalidArgument,
              std::string(axis) + ": \"" + std::string(value) + "\": expected " + accepted);
}

Result<void> AddValue(std::string_view axis, std::string_view value, SweepAxes& axes) {
  if (axis == "replicas") {
    const auto n = ParseCount(value);
    if (!n || *n == 0 || *n > kMaxReplicas) return Refuse(axis, value, "1 to 1000000 points");
    axes.replicas.push_back(static_cast<std::uint32_t>(*n));
  } else if (axis == "nodes") {
    const auto n = ParseCount(value);
    if (!n || *n == 0 || *n > kMaxRingPoints) return Refuse(axis, value, "a number of nodes");
    axes.nodes.push_back(*n);
  } else if (axis == "zipf") {
    const auto s = ParseNumber(value);
    if (!s || !(*s >= 0 && *s <= kZipfMax)) return Refuse(axis, value, "an exponent from 0 to 20");
    axes.zipf.push_back(*s);
  } else if (axis == "names") {
    if (const auto names = NamesFromPattern(value, 1); !names) {
      return Refuse(axis, value, "a pattern with {i}, such as node-{i}");
    }
    axes.names.emplace_back(value);
  } else if (value == "all") {
    for (const std::string_view dialect : RingDialects()) axes.rings.emplace_back(dialect);
  } else {
    const auto ring = BuildRing({.dialect = std::string(value)}, {{"a"}});
    if (!ring) return Fail(Code::kInvalidArgument, ring.error().message);
    axes.rings.emplace_back(value);
  }
  return {};
}

template <class T>
std::vector<T> OrBase(const std::vector<T>& values, const T& base) {
  return values.empty() ? std::vector<T>{base} : values;
}

bool KnowsReplicas(const std::string& dialect) {
  const RingKind* kind = FindRingKind(dialect);
  return kind != nullptr && kind->uses_replicas;
}

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

}  // namespace

Result<void> AddSweepAxis(std::string_view text, SweepAxes& axes) {
  constexpr std::string_view kAxes[] = {"replicas", "nodes", "ring", "zipf", "names"};
  const auto [axis, values] = SplitOnce(text, '=');
  if (std::find(std::begin(kAxes), std::end(kAxes), axis) == std::end(kAxes) || values.empty()) {
    return Fail(Code::kInvalidArgument,
                "\"" + std::string(text) +
                    "\": expected AXIS=VALUE,VALUE… with an axis of replicas, nodes, ring, zipf or "
                    "names, such as replicas=1,10,50,100");
  }
  for (const std::string_view value : SplitAt(values, ',')) {
    if (auto added = AddValue(axis, value, axes); !added) return added;
  }
  return {};
}

Result<std::vector<SweepCell>> CellsOf(const SweepAxes& axes, const SweepCell& base) {
  std::vector<SweepCell> cells;
  for (const std::string& ring : OrBase(axes.rings, base.ring)) {
    const auto replicas =
        KnowsReplicas(ring) ? OrBase(axes.replicas, base.replicas) : std::vector<std::uint32_t>{1};
    for (const std::string& names : OrBase(axes.names, base.names)) {
      for (const std::uint64_t nodes : OrBase(axes.nodes, base.nodes)) {
        for (const std::uint32_t vnodes : replicas) {
          for (const double s : OrBase(axes.zipf, base.zipf_s)) {
            cells.push_back({ring, vnodes, nodes, s, names});
            if (cells.size() > kSweepCellsMax) {
              return Fail(Code::kInvalidArgument, "a sweep of more than " +
                                                      std::to_string(kSweepCellsMax) +
                                                      " cells; expected fewer values");
            }
          }
        }
      }
    }
  }
  return cells;
}

Result<SweepSample> MeasureCell(const SweepCell& cell, std::uint64_t keys, std::uint64_t seed) {
  auto names = NamesFromPattern(cell.names, cell.nodes);
  if (!names) return tl::unexpected<Error>(names.error());
  if (seed > 1) names = SiblingNames(*names, seed);
  const auto ring =
      BuildRing({.dialect = cell.ring, .replicas = cell.replicas}, EqualNodes(*names));
  if (!ring) return tl::unexpected<Error>(ring.error());
  const Sampling sampling{.keys = kSampling.keys, .seed = seed};
  const Skew skew = MeasureSkew(**ring, sampling);
  const Workload plan = WorkloadOf(seed, keys, cell.zipf_s);
  const Traffic traffic =
      MeasureTraffic(**ring, skew, plan.zipf(), plan.scatter(), {.mirrored = {}});
  return SweepSample{.ring = skew.balance, .load = traffic.balance};
}

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
  const auto names = NamesFromPattern(cell.names, cell.nodes);
  RL_CHECK(names.has_value());
  const auto ring =
      BuildRing({.dialect = cell.ring, .replicas = cell.replicas}, EqualNodes(*names));
  RL_CHECK(ring.has_value());
  row.expected = TheoryOf(**ring, MeasureSkew(**ring, kSampling), 1).expected();
  return row;
}

}  // namespace ringlab
