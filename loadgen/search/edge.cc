#include "loadgen/search/edge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/base/random.h"
#include "loadgen/search/isotonic.h"

namespace ringlab {

namespace {

constexpr int kResamples = 400;
constexpr double kShared = 1;          // of the noise: what all probes have in common
constexpr double kLeastDoubt = 0.005;  // of the edge, before that
constexpr double kNear = 0.2;  // of the logarithm of the rate: what the bootstrap draws from
constexpr double kNowhere = std::numeric_limits<double>::infinity();

double ClampedStrain(double strain) { return std::clamp(strain, -kStrainMax, kStrainMax); }

// The line of least squares through points, from sums about the mean so far (B. Welford, 1962).
struct LeastSquares {
  WeightedPoint mean{.x = 0, .y = 0, .weight = 0};
  double xx = 0;
  double xy = 0;

  void Add(const WeightedPoint& p) {
    mean.weight += p.weight;
    const double dx = p.x - mean.x;
    mean.x += dx * p.weight / mean.weight;
    mean.y += (p.y - mean.y) * p.weight / mean.weight;
    xx += p.weight * dx * (p.x - mean.x);
    xy += p.weight * dx * (p.y - mean.y);
  }
};

// Near its edge a figure is a power of the rate, and a line through all points there tells more
// than the two steps beside it. Where there is no such line it is the zero of the steps.
double ZeroOfLine(const std::vector<WeightedPoint>& points, double zero) {
  constexpr double kWindow = 0.12;  // of the logarithm of the rate
  constexpr double kMoveMax = 0.05;
  constexpr std::size_t kPointsMin = 4;
  constexpr double kSlopeMin = 0.3;
  for (int turn = 0; turn < 2; ++turn) {
    LeastSquares line;
    std::size_t below = 0;
    std::size_t above = 0;
    for (const WeightedPoint& p : points) {
      if (std::abs(p.x - zero) > kWindow || std::abs(p.y) >= kStrainMax) continue;
      (p.x <= zero ? below : above) += 1;
      line.Add(p);
    }
    if (below == 0 || above == 0 || below + above < kPointsMin) return zero;
    if (!(line.xx > 0) || line.xy < kSlopeMin * line.xx) return zero;
    const double crossing = line.mean.x - line.mean.y * line.xx / line.xy;
    zero = std::clamp(crossing, zero - kMoveMax, zero + kMoveMax);
  }
  return zero;
}

// The edge of a demand that breaks wherever it was told: between there and the rates below at which
// it was not, as it was too few requests to tell. Nowhere without such.
double BeforeItWasTold(const std::vector<Sample>& samples, std::size_t demand) {
  double told = kNowhere;
  for (const Sample& sample : samples) {
    if (!std::isnan(sample.strains[demand])) told = std::min(told, std::log(sample.qps));
  }
  double untold = -kNowhere;
  for (const Sample& sample : samples) {
    if (std::log(sample.qps) < told) untold = std::max(untold, std::log(sample.qps));
  }
  return (untold + told) / 2;
}

struct Root {
  double log_qps = kNowhere;
  std::size_t demand = 0;
};

Root RootOf(const std::vector<Sample>& samples) {
  Root first;
  for (std::size_t demand = 0; demand < samples.front().strains.size(); ++demand) {
    std::vector<WeightedPoint> points;
    for (const Sample& sample : samples) {
      const double strain = sample.strains[demand];
      if (std::isnan(strain)) continue;
      points.push_back({.x = std::log(sample.qps), .y = strain, .weight = sample.weight});
    }
    double zero = ZeroOf(IsotonicSteps(points));
    if (std::isfinite(zero)) zero = ZeroOfLine(points, zero);
    if (zero == -kNowhere) zero = BeforeItWasTold(samples, demand);
    if (zero < first.log_qps) first = {.log_qps = zero, .demand = demand};
  }
  return first;
}

// Those far from the edge are what they are. Of those near it as many are drawn as there are, on
// either side: the edge lies between them, whichever are drawn.
std::vector<Sample> Resampled(const std::vector<Sample>& samples, double log_edge, Rng& rng) {
  std::vector<Sample> drawn;
  std::array<std::vector<const Sample*>, 2> near;
  for (const Sample& sample : samples) {
    const double away = std::log(sample.qps) - log_edge;
    if (std::abs(away) > kNear) {
      drawn.push_back(sample);
    } else {
      near[away > 0 ? 1 : 0].push_back(&sample);
    }
  }
  for (const auto& side : near) {
    for (std::size_t i = 0; i < side.size(); ++i) drawn.push_back(*side[rng.Below(side.size())]);
  }
  return drawn;
}

}  // namespace

double StrainOf(double part, double limit) {
  if (!(limit > 0)) return part > 0 ? kStrainMax : -kStrainMax;
  return part > 0 ? ClampedStrain(std::log(part / limit)) : -kStrainMax;
}

double StrainOf(const Threshold& bound, double measured, bool at_least) {
  const bool holds = bound.Holds(measured, at_least);
  double strain = 0;
  if (bound.below) {
    strain = at_least ? kStrainMax : StrainOf(measured, bound.limit);
  } else if (bound.series == Series::kRun && bound.limit < 1 && measured <= 1) {
    strain = StrainOf(1 - measured, 1 - bound.limit);  // a share: what is missing of it
  } else {
    strain = measured > 0 ? ClampedStrain(std::log(bound.limit / measured)) : kStrainMax;
  }
  // At the bound itself < and <= differ.
  constexpr double kLeast = 1e-9;
  return holds ? std::min(strain, -kLeast) : std::max(strain, kLeast);
}

bool Edge::is_inside() const { return qps > 0 && std::isfinite(qps); }

Edge FindEdge(const std::vector<Sample>& samples) {
  RL_CHECK(!samples.empty());
  const Root root = RootOf(samples);
  Edge edge{.qps = std::exp(root.log_qps), .binding = root.demand};
  edge.low = edge.high = edge.qps;
  if (!edge.is_inside()) return edge;
  Rng rng = Rng(samples.size()).Split("bootstrap");
  std::vector<double> roots;
  for (int i = 0; i < kResamples; ++i) {
    roots.push_back(RootOf(Resampled(samples, root.log_qps, rng)).log_qps);
  }
  std::ranges::sort(roots);
  const auto at = [&](double share) {
    return std::exp(roots[static_cast<std::size_t>(share * (kResamples - 1))]);
  };
  const double widened = 1 + kShared;
  edge.low = edge.qps * std::pow(std::min(at(0.025) / edge.qps, 1 - kLeastDoubt), widened);
  edge.high = edge.qps * std::pow(std::max(at(0.975) / edge.qps, 1 + kLeastDoubt), widened);
  // Nothing is known beyond the samples next to it that the draws left out.
  double lowest = edge.qps;
  double highest = edge.qps;
  for (const Sample& sample : samples) {
    lowest = std::min(lowest, sample.qps);
    highest = std::max(highest, sample.qps);
  }
  edge.low = std::clamp(edge.low, lowest, edge.qps);
  edge.high = std::clamp(edge.high, edge.qps, highest);
  return edge;
}

std::optional<double> GrowthAt(double edge, const std::vector<RateFigure>& figures) {
  constexpr double kEighth = 0.125;
  std::size_t below = 0;
  std::size_t above = 0;
  LeastSquares line;
  for (const RateFigure& f : figures) {
    if (!(f.figure > 0) || std::abs(f.qps / edge - 1) > kEighth) continue;
    line.Add({.x = std::log(f.qps), .y = std::log(f.figure)});
    (f.qps <= edge ? below : above) += 1;
  }
  if (below == 0 || above == 0 || !(line.xx > 0)) return std::nullopt;
  return std::exp(line.xy / line.xx * std::log(1.05));
}

}  // namespace ringlab
