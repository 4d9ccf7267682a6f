// Threshold: a figure of a run and the bound it must keep, such as "p99<5ms".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

enum class Series : std::uint8_t { kResponse, kService, kSendLag, kStaleness, kRun };

struct Threshold {
  std::string text;  // as it was given
  Series series = Series::kResponse;
  std::string figure;       // "p99", "mean", "max"; of the run: "errors", "hit_ratio", …
  std::uint32_t phase = 0;  // of that phase of a profile alone; 0: of the whole run
  bool below = true;        // measured < limit, else measured > limit
  bool or_equal = false;
  double limit = 0;  // ns for a latency; a fraction or a rate for a figure of the run

  // With `at_least` the figure is `measured` or more, nobody knows how much: no bound from above
  // holds then.
  bool Holds(double measured, bool at_least = false) const;

  // The percentile that a latency figure names: p99.9 -> 99.9; negative for mean and max.
  double percentile() const;
};

// SERIES.FIGURE<LIMIT with <, <=, > or >=. Latencies: p50, p99, p99.9 and the like, mean, max, of
// response (when not said), service or send_lag, in time units; the same of staleness, over the
// stale reads (0 when there are none). Of the run, as fractions or ratios, which hold at any speed:
// errors (without timeouts), timeouts, failed (both), skipped and goodput (answered with a value)
// of all scheduled; hit_ratio; source_share (loads, of the Gets that reached nodes); stale_reads
// and reverted (of the reads judged); budget_used (of the nodes' budgets, at the end); peak_to_mean
// (of the requests, by owner), gets_peak_to_mean (of the Gets that reached each node),
// source_peak_to_mean (of the loads, by second). A second: achieved_qps, goodput_qps, source_qps
// (loads), and source_qps_peak, of the busiest one. And source_loads. With phaseN. in front, of the
// Nth phase of the run's profile: times but for staleness, and what is counted of requests alone.
Result<Threshold> ParseThreshold(std::string_view text);

// All of these by name, for people.
std::string ThresholdsHelp();

// FIGURE<LIMIT likewise, for another tool's figures: one of `figures`, and a plain number from 0.
Result<Threshold> ParseThresholdOf(std::string_view text,
                                   std::span<const std::string_view> figures);

}  // namespace ringlab
