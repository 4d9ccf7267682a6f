// What the probes of a search say: its samples, its edge, its answer.
#include <algorithm>
#include <cmath>
#include <limits>

#include "loadgen/search/search.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// Of the demand that a run is VALID: there is no more or less of it.
constexpr double kIsValid = -0.5;
constexpr double kIsNotValid = 0.5;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<std::string> RateSearch::Demands() const {
  std::vector<std::string> demands;
  for (const Threshold& bound : spec_.bounds) demands.push_back(bound.text);
  demands.push_back("failed+skipped<=" + Format("%.4g%%", 100 * spec_.failures_accepted));
  demands.emplace_back("VALID");
  return demands;
}

// What was asked of nodes that had just been overloaded is no sample of their rate.
std::optional<Sample> RateSearch::SampleOf(const Probe& probe) const {
  constexpr double kWeightMax = 6;
  const ProbeOutcome& outcome = probe.outcome;
  if (outcome.standing == Standing::kUntold || probe.order.purpose == Purpose::kWayDown) {
    return std::nullopt;
  }
  const double probes = Seconds(probe.order.duration) / Seconds(spec_.probe);
  Sample sample{.qps = probe.order.qps, .weight = std::clamp(probes, 1.0, kWeightMax)};
  const std::size_t bounds = spec_.bounds.size();
  if (outcome.standing == Standing::kBeyond) {
    sample.strains.assign(bounds + 1, kNan);
    sample.strains.push_back(kIsNotValid);
    return sample;
  }
  for (std::size_t i = 0; i < bounds; ++i) {
    const ThresholdResult* const told = i < outcome.bounds.size() ? &outcome.bounds[i] : nullptr;
    sample.strains.push_back(told != nullptr && told->measured
                                 ? StrainOf(spec_.bounds[i], *told->measured, told->at_least)
                                 : kNan);
  }
  sample.strains.push_back(StrainOf(outcome.lost_share, spec_.failures_accepted));
  sample.strains.push_back(kIsValid);
  return sample;
}

std::vector<Sample> RateSearch::Samples() const {
  std::vector<Sample> samples;
  for (const Probe& probe : probes_) {
    if (auto sample = SampleOf(probe)) samples.push_back(*std::move(sample));
  }
  return samples;
}

// Where the fit has none, because one trial outweighed two, it is near the rate that they broke.
Edge RateSearch::EdgeNow() const {
  Edge edge = FindEdge(Samples());
  if (edge.is_inside()) return edge;
  edge.qps = edge.high = ceiling_;
  edge.low = std::max(floor_, spec_.range.low);
  edge.binding = MostStrained();
  return edge;
}

// By the lowest rate that broke: the demand that it broke most.
std::size_t RateSearch::MostStrained() const {
  const std::size_t demands = spec_.bounds.size() + 2;
  std::size_t most = demands - 1;
  double lowest = std::numeric_limits<double>::infinity();
  double worst = 0;
  for (const Sample& sample : Samples()) {
    for (std::size_t i = 0; i < demands; ++i) {
      const double strain = sample.strains[i];
      if (!(strain > 0) || sample.qps > lowest) continue;
      if (sample.qps == lowest && strain <= worst) continue;
      lowest = sample.qps;
      worst = strain;
      most = i;
    }
  }
  return most;
}

// Above 0, so that it has a logarithm: a share of none counts as a hundredth of its bound.
std::optional<double> RateSearch::FigureOf(const Probe& probe, std::size_t demand) const {
  constexpr double kNone = 0.01;
  const ProbeOutcome& outcome = probe.outcome;
  const bool is_sample =
      outcome.standing == Standing::kHolds || outcome.standing == Standing::kBroken;
  if (!is_sample || probe.order.purpose == Purpose::kWayDown) return std::nullopt;
  const std::size_t bounds = spec_.bounds.size();
  if (demand > bounds) return std::nullopt;
  if (demand == bounds) {
    return std::max(outcome.lost_share, kNone * spec_.failures_accepted);
  }
  const Threshold& bound = spec_.bounds[demand];
  if (demand >= outcome.bounds.size() || !outcome.bounds[demand].measured || !bound.below) {
    return std::nullopt;
  }
  return std::max(*outcome.bounds[demand].measured, kNone * bound.limit);
}

void RateSearch::FillEdge(SearchResult& result) const {
  const Edge edge = EdgeNow();
  result.edge_qps = edge.qps;
  result.low_qps = std::min(edge.low, confirmed_ > 0 ? confirmed_ : edge.low);
  result.high_qps = std::max(edge.high, confirmed_);
  result.binding = Demands()[edge.binding];
  std::vector<RateFigure> figures;
  for (const Probe& probe : probes_) {
    if (const auto figure = FigureOf(probe, edge.binding)) {
      figures.push_back({.qps = probe.order.qps, .figure = *figure});
    }
  }
  result.growth = GrowthAt(edge.qps, figures);
  double nearest = std::numeric_limits<double>::infinity();
  for (const Probe& probe : probes_) {
    const Limit& limit = probe.outcome.limit;
    // The way down is at a rate below the edge: what held it up is the overload before it.
    if (!probe.outcome.broke() || probe.order.purpose == Purpose::kWayDown) continue;
    // Nor is it what broke a rate that held later on: a cache that was cold, say.
    if (probe.order.qps <= confirmed_) continue;
    if (limit.what == "none" || probe.order.qps >= nearest) continue;
    nearest = probe.order.qps;
    result.limit = limit;
  }
}

SearchResult RateSearch::result() const {
  SearchResult result{.end = end_, .way_down = way_down_};
  if (confirmed_ > 0) result.rate_qps = confirmed_;
  if (ceiling_ > 0) {
    if (floor_ > 0) {
      FillEdge(result);
    } else {
      result.high_qps = ceiling_;
      result.binding = Demands()[MostStrained()];
      for (const Probe& probe : probes_) {
        if (probe.outcome.limit.what != "none") result.limit = probe.outcome.limit;
      }
    }
  } else if (floor_ > 0) {
    result.low_qps = floor_;
  }
  return result;
}

}  // namespace ringlab
