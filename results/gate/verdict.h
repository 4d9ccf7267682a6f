// Verdicts of the gate, and the limits that they rest on.
//
// Two classes. Exact metrics (instructions, allocations, bytes, figures) have no noise, and are
// judged by limits on their difference. Times are judged by an interval: a change must be sure and
// larger than a tolerance. The limits and why they are what they are: docs/results.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/gate/measurements.h"
#include "results/gate/statistics.h"

namespace ringlab {

// Worst first: the order of a report.
enum class GateVerdict : std::uint8_t {
  kFail,          // slower, larger or different beyond the limit
  kInvalid,       // cannot be compared: missing, no number
  kInconclusive,  // too noisy, or too few samples, to tell
  kWarn,          // worse, within the limit; or accepted; or judged on another environment
  kImproved,
  kOk,
  kInfo,  // shown, never judged
};

std::string_view GateVerdictName(GateVerdict verdict);  // "FAIL" …

// Which stored or measured side a metric is compared with.
enum class Against : std::uint8_t {
  kBase,    // another commit, measured beside this one
  kAnchor,  // the stored baseline, which only moves by an explicit act
};

// One line of the report.
struct Row {
  GateVerdict verdict = GateVerdict::kOk;
  std::string name = {};
  std::string measure = {};  // "instructions", or a time's unit
  std::string against = {};  // "base" or "anchor"
  double base = 0;           // as people read it: an operation, or a typical sample
  double head = 0;
  std::optional<RatioInterval> interval = {};  // of head / base, turned so that above 1 is worse
  std::string limit = {};                      // what would fail: "+1.0 % and +10"
  std::string note = {};                       // why this verdict, where the figures do not say it
  std::vector<double> base_samples = {};       // of times, in the order they were taken
  std::vector<double> head_samples = {};
  std::vector<Row> rounds = {};  // of times that were measured again: the earlier rounds

  // How much worse, for the order of the report; negative is better.
  double worse_by() const;
};

Row JudgeExact(const MetricName& name, const ExactMetric& base, const ExactMetric& head,
               Against against);

inline constexpr double kTimeTolerance = 0.03;    // pairs of the same moment
inline constexpr double kLayoutTolerance = 0.10;  // of a path whose instructions did not change
inline constexpr double kApartTolerance = 0.10;   // samples of two separate runs
inline constexpr double kSameInstructions = 0.003;

// What an interval says, under a tolerance.
GateVerdict JudgeInterval(const RatioInterval& interval, double tolerance);

// Pairs: base[i] and head[i] were measured one right after the other. Samples must be above 0.
Row JudgePairs(const std::string& name, const TimedMetric& base, const TimedMetric& head,
               double tolerance, std::uint64_t seed);

// The same metric of two separate runs. Fewer than kApartSamplesMin samples a side are shown, and
// INCONCLUSIVE, unless each is a whole run and there are two a side; what is not meant to be judged
// (TimedMetric) is info.
inline constexpr std::size_t kApartSamplesMin = 9;
Row JudgeApart(const std::string& name, const TimedMetric& base, const TimedMetric& head,
               std::uint64_t seed);

// Sorts worst first, then by how much, then by name.
void SortRows(std::vector<Row>& rows);

// kInfo when no row was judged; kOk where the best that was said is kImproved.
GateVerdict WorstOf(const std::vector<Row>& rows);

}  // namespace ringlab
