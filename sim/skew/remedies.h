// Remedies: what the load would be with another hash, more replicas, hot keys mirrored, or both.
//
// Pure. Each is built and measured, with these very names. What is enough is decided on average
// over where hot keys may fall (sim/skew/placements.h), never by where one seed's keys fall.
#pragma once

#include <string>
#include <vector>

namespace ringlab {

struct RingReport;
struct RingReportOptions;

struct Remedy {
  std::string change;        // "as it is", "--replicas 200", "mirror the 32 hottest keys"
  double expected_cv = 0;    // over all ways keys may fall
  double expected_peak = 0;  // likewise: the busiest node over the mean
  double peak = 0;           // the same with this seed's keys
  bool enough = false;       // expected_peak is at most the target
};

// The first is "as it is", and it is alone when it is enough or there is one node. From a report
// that is complete but for its verdict.
std::vector<Remedy> TryRemedies(const RingReportOptions& options, const RingReport& report);

// Whether chance would be more even than the report's ring, on average and on these very names: a
// hash that beats chance is not to be replaced.
bool IsLessEvenThanChance(const RingReport& report);

// The first change that is enough, or the one that does most, as a sentence.
std::string AdviceOf(const RingReportOptions& options, const std::vector<Remedy>& remedies);

}  // namespace ringlab
