// Probe: one run of a search at one rate, and what it says about that rate.
//
// Plain data, and how it follows from a run that was judged. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "loadgen/judge/run_result.h"

namespace ringlab {

// What a probe is for: to climb by doubling; to narrow the edge down; to confirm the answer for
// longer; to overload what is asked; and to see right after that whether the answer still holds.
enum class Purpose : std::uint8_t { kClimb, kNarrow, kConfirm, kOverload, kWayDown };

struct ProbeOrder {
  double qps = 0;       // requests a second
  Duration duration{};  // that counts, after the lead-in
  Purpose purpose = Purpose::kClimb;
};

// How a rate stands by one probe.
enum class Standing : std::uint8_t {
  kHolds,   // every bound
  kBroken,  // a bound is, or too many requests failed
  kBeyond,  // INVALID, and a lower rate would help: the rate cannot be measured here
  kUntold,  // INVALID for other reasons: the probe says nothing of its rate
};

struct ProbeOutcome {
  Standing standing = Standing::kUntold;
  Verdict verdict = Verdict::kInvalid;
  std::vector<ThresholdResult> bounds = {};  // one for each of the search, in its order
  double lost_share = 0;                     // of the scheduled: failed, timed out or skipped
  std::string why = {};                      // unless it holds: the first reason
  Limit limit = {};

  // For people who read the table.
  double achieved_qps = 0;
  std::optional<double> p50_ns = {};  // of the response
  std::optional<double> p99_ns = {};
  std::optional<double> hit_ratio = {};

  // The rate is more than there is, or more than can be measured here.
  bool broke() const { return standing == Standing::kBroken || standing == Standing::kBeyond; }
};

struct Probe {
  ProbeOrder order;
  ProbeOutcome outcome;
};

// Of a run whose thresholds are the bounds of the search, after Judge().
ProbeOutcome OutcomeOf(const RunResult& run);

}  // namespace ringlab
