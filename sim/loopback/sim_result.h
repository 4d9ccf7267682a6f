// SimResult: everything that a run of sim has to say, and its verdict. Plain data.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/judge/run_result.h"
#include "sim/loopback/run.h"
#include "sim/map/map_report.h"
#include "sim/mrc/curves.h"
#include "sim/skew/ring_report.h"
#include "sim/sweep/sweep.h"
#include "sim/virtual/swarm.h"

namespace ringlab {

struct RingThresholdResult {
  std::string ring;  // "traffic" for a figure of the traffic
  Threshold threshold;
  std::optional<double> measured;
  bool passed = false;
};

struct LeftOutRing {
  std::string ring;
  std::string why;
};

struct SimResult {
  std::string started_at;  // UTC, ISO 8601
  bool interrupted = false;
  std::vector<RingReport> rings;
  std::vector<LeftOutRing> left_out;  // of "all": what these nodes cannot be put on
  std::vector<SweepRow> sweep;
  std::optional<CurveResult> curves;
  std::optional<LoopbackResult> loopback;  // of the first ring
  std::optional<SwarmReport> swarm;        // then there are no rings
  std::optional<MapReport> map;            // likewise
  std::map<std::string, std::string> environment;
  std::uint64_t machine_cores = 1;
  std::vector<std::string> problems;  // of the run itself: a part of it that was lost

  Verdict verdict = Verdict::kValid;
  std::vector<std::string> reasons;
  std::vector<RingThresholdResult> thresholds;
};

// The figures that a threshold may bound, of a ring or of the traffic through the nodes.
std::vector<std::string_view> ThresholdFigures();

// Fills in verdict, reasons and thresholds. FAILED: a threshold does not hold, an insertion order
// showed, a wrong value, counts that do not add up, or nodes that did not serve what the ring
// says. INVALID: a problem of the run itself, or too many requests failed on a cluster that nobody
// disturbed.
void JudgeRun(const std::vector<Threshold>& thresholds, SimResult& result);

// The verdict and its reasons, for people; nothing when all is well and no threshold was asked for.
std::string VerdictText(const SimResult& result);

// The whole result, `config` being what was asked for: results/README.md, version 1.
nlohmann::ordered_json ToJson(nlohmann::ordered_json config, const SimResult& result);

}  // namespace ringlab
