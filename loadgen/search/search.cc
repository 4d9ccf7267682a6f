#include "loadgen/search/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kProbesAfterNarrowing = 6;  // confirmations, the overload, the way down
constexpr std::size_t kNarrowMin = 4;             // whatever the climb took
constexpr std::size_t kNarrowMax = 10;
constexpr double kGap = 1.08;       // closer neighbours of the edge are repeated, not parted
constexpr double kNearEdge = 0.05;  // samples so near tell the edge
constexpr std::size_t kNearWanted = 4;
constexpr double kAside = 0.025;        // of the edge, to either side of it
constexpr double kNarrowEnough = 1.04;  // high over low of the interval
constexpr double kBelowEdge = 0.992;    // what is confirmed, at most
constexpr double kBelowEdgeMost = 0.985;
// After each confirmation that broke. On a machine that others use what holds for a probe may be
// far from what holds for long: so in ever longer steps, for a rate at last.
constexpr std::array<double, kConfirmationsMax - 1> kRetreats = {0.99, 0.98, 0.97, 0.9, 0.8};
constexpr double kWorthRaising = 1.01;
constexpr double kOverloadMin = 1.1;  // less is none

// Four digits are what people read, and more than a search can tell.
double Rounded(double qps, const RateRange& range) {
  const double unit = std::pow(10, std::floor(std::log10(qps)) - 3);
  return std::clamp(std::round(qps / unit) * unit, range.low, range.high);
}

}  // namespace

// As many answers as SupportsPercentile asks for (core/base/histogram.h).
Duration TimeToTell(const std::vector<Threshold>& bounds, double qps) {
  constexpr double kToSpare = 1.3;
  double samples = 0;
  for (const Threshold& bound : bounds) {
    const double percentile = bound.percentile();
    if (bound.series == Series::kRun || percentile <= 0 || percentile >= 100) continue;
    samples = std::max(samples, std::log(0.01) / std::log(percentile / 100));
  }
  const double seconds = kToSpare * samples / qps;
  constexpr double kForever = 1e9;  // which a Duration can hold
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::min(seconds, kForever)));
}

RateSearch::RateSearch(SearchSpec spec) : spec_(std::move(spec)) {
  RL_CHECK(!spec_.bounds.empty() && spec_.range.low < spec_.range.high);
  Ask(spec_.range.low, Purpose::kClimb);
}

void RateSearch::Ask(double qps, Purpose purpose) {
  const Duration least = purpose == Purpose::kConfirm ? spec_.confirm : spec_.probe;
  const Duration tells = std::min(TimeToTell(spec_.bounds, qps), kProbeLongest);
  next_ = ProbeOrder{.qps = qps, .duration = std::max(least, tells), .purpose = purpose};
}

void RateSearch::End(SearchEnd end) {
  end_ = end;
  next_.reset();
}

void RateSearch::Tell(ProbeOutcome outcome) {
  RL_CHECK_BECAUSE(next_.has_value(), "the search is over");
  const Standing standing = outcome.standing;
  const Purpose purpose = next_->purpose;
  probes_.push_back({.order = *next_, .outcome = std::move(outcome)});
  // A rate that held before is not beyond this machine: something else took its time.
  const bool says_nothing = standing == Standing::kUntold ||
                            (standing == Standing::kBeyond && purpose == Purpose::kWayDown);
  if (says_nothing && purpose != Purpose::kOverload) {
    if (++untold_ <= kUntoldMax) return;  // the same once more
    return End(confirmed_ > 0 ? end_ : SearchEnd::kUntold);
  }
  untold_ = 0;
  const bool holds = standing == Standing::kHolds;
  switch (purpose) {
    case Purpose::kClimb: return Climb(holds);
    case Purpose::kNarrow: return Narrow();
    case Purpose::kConfirm: return Confirmed(holds);
    case Purpose::kOverload: return Ask(confirmed_, Purpose::kWayDown);
    case Purpose::kWayDown: return WayDown(holds);
  }
}

// That a higher rate holds agrees with a single trial that did, so only what breaks is repeated.
void RateSearch::Climb(bool holds) {
  const double qps = next_->qps;
  (holds ? holds_ : breaks_) += 1;
  if (breaks_ > 0 && holds_ < 2 && breaks_ < 2) return;  // two trials have to agree
  if (breaks_ >= 2) {
    ceiling_ = qps;
    return floor_ == 0 ? End(SearchEnd::kLowestBreaks) : Narrow();
  }
  holds_ = breaks_ = 0;
  floor_ = qps;
  if (qps >= spec_.range.high) return Ask(qps, Purpose::kConfirm);
  Ask(std::min(2 * qps, spec_.range.high), Purpose::kClimb);
}

// Halves the gap around the edge, by the fit and by the middle in turn, so that a figure which
// explodes above the edge cannot make every step a small one. Then it adds samples close by.
void RateSearch::Narrow() {
  const std::size_t used = told() + kProbesAfterNarrowing - narrowed_;
  const std::size_t allowed =
      std::clamp(kSearchProbesMax - std::min(kSearchProbesMax, used), kNarrowMin, kNarrowMax);
  const Edge edge = EdgeNow();
  double below = spec_.range.low;
  double above = std::min(2 * edge.qps, spec_.range.high);
  std::size_t near_below = 0;
  std::size_t near_above = 0;
  for (const Sample& sample : Samples()) {
    const bool is_near = std::abs(sample.qps / edge.qps - 1) <= kNearEdge;
    if (sample.qps <= edge.qps) {
      below = std::max(below, sample.qps);
      near_below += is_near ? 1 : 0;
    } else {
      above = std::min(above, sample.qps);
      near_above += is_near ? 1 : 0;
    }
  }
  // Broken by most of its trials, and yet nothing above the edge: it is a little further up.
  if (edge.qps >= ceiling_ && narrowed_ < allowed && near_above == 0) {
    const auto steps = static_cast<double>(++narrowed_);
    return Ask(Rounded(edge.qps * (1 + steps * kAside), spec_.range), Purpose::kNarrow);
  }
  const bool is_wide = above / below > kGap;
  const bool is_known =
      near_below + near_above >= kNearWanted && edge.high / edge.low <= kNarrowEnough;
  if (narrowed_ >= allowed || (!is_wide && is_known)) return Ask(Candidate(), Purpose::kConfirm);
  ++narrowed_;
  double qps = edge.qps * (near_below <= near_above ? 1 - kAside : 1 + kAside);
  if (is_wide) {
    const double gap = std::log(above / below);
    const double place = std::clamp(std::log(edge.qps / below) / gap, 0.15, 0.85);
    qps = below * std::exp(gap * (halved_++ % 2 == 0 ? place : 0.5));
  }
  Ask(Rounded(qps, spec_.range), Purpose::kNarrow);
}

// A little below the edge, where every other confirmation would break, and below those that did.
double RateSearch::Candidate() const {
  const Edge edge = EdgeNow();
  double qps = std::clamp(edge.low, kBelowEdgeMost * edge.qps, kBelowEdge * edge.qps);
  std::size_t retreats = 0;
  for (const Probe& probe : probes_) {
    if (probe.order.purpose != Purpose::kConfirm || !probe.outcome.broke()) continue;
    const double retreat = kRetreats.at(std::min(retreats++, kRetreats.size() - 1));
    qps = std::min(qps, retreat * probe.order.qps);
  }
  return Rounded(qps, spec_.range);
}

// Of the confirmations that broke; 0 when none did.
double RateSearch::LowestUnconfirmed() const {
  double lowest = 0;
  for (const Probe& probe : probes_) {
    if (probe.order.purpose != Purpose::kConfirm || !probe.outcome.broke()) continue;
    lowest = lowest == 0 ? probe.order.qps : std::min(lowest, probe.order.qps);
  }
  return lowest;
}

void RateSearch::Confirmed(bool holds) {
  const double qps = next_->qps;
  if (!holds && confirmed_ > 0) return Settle();
  if (!holds && ceiling_ == 0) {  // the top of the range, which the climb had seen hold
    ceiling_ = qps;
    floor_ = std::max(spec_.range.low, floor_ / 2);
    return Narrow();
  }
  if (!holds) {
    if (++unconfirmed_ == kConfirmationsMax) return End(SearchEnd::kUnconfirmed);
    return Ask(Candidate(), Purpose::kConfirm);
  }
  const bool is_first = confirmed_ == 0;
  confirmed_ = qps;
  end_ = ceiling_ == 0 ? SearchEnd::kHighestHolds : SearchEnd::kFound;
  // It measured for longer than all before: if it moved the edge up, once more, higher.
  const bool has_room = is_first && ceiling_ > 0 && told() + 3 <= kSearchProbesMax;
  // So it does when what broke before it was far above.
  constexpr double kFar = 1.05;
  const double broke = LowestUnconfirmed();
  const double between = broke > kFar * qps ? std::sqrt(qps * broke) : 0;
  const double higher = Rounded(std::max(Candidate(), between), spec_.range);
  if (has_room && higher >= kWorthRaising * qps) return Ask(higher, Purpose::kConfirm);
  Settle();
}

// The rate is known; what is left is to look at the way down.
void RateSearch::Settle() {
  overload_ = Rounded(kOverload * confirmed_, spec_.range);
  const bool is_one = overload_ >= kOverloadMin * confirmed_;
  if (ceiling_ == 0 || !is_one || told() + 2 > kSearchProbesMax) return End(end_);
  Ask(overload_, Purpose::kOverload);
}

void RateSearch::WayDown(bool holds) {
  if (!way_down_) {
    way_down_ = {.from_qps = overload_, .qps = confirmed_, .holds = holds};
    if (!holds && told() < kSearchProbesMax) return;  // once more
  } else {
    way_down_->recovered = holds;
  }
  End(end_);
}

std::size_t RateSearch::told() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      probes_, [](const Probe& probe) { return probe.outcome.standing != Standing::kUntold; }));
}

}  // namespace ringlab
