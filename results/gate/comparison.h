// Comparison: two sides measured, every metric of them judged, and what to do about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "results/gate/measurements.h"
#include "results/gate/verdict.h"

namespace ringlab {

// How much more a function spends itself in one path, in instructions an operation.
struct FunctionDelta {
  std::string function;
  double instructions;
};

struct Comparison {
  std::string base;  // what the sides are called
  std::string head;
  std::vector<Row> rows = {};
  std::map<std::string, std::vector<FunctionDelta>> functions =
      {};  // of paths that failed or improved
  std::vector<std::string> remarks =
      {};  // what a reader has to know of the whole: one sentence each
  nlohmann::ordered_json environment = {};
  bool same_programs = false;  // instruction for instruction: OK, even without a row
  std::size_t pairs = 0;
  double steal_share = 0;  // of the machine's time, taken away while pairs were measured

  // The two lines after a FAIL, empty where there is nothing to say.
  std::string reproduce = {};
  std::string accept = {};
};

// Judges every exact metric of `base` against `head` and adds the rows. One that `head` lacks is
// INVALID, one that `base` lacks is info. On different fingerprints nothing fails: FAIL becomes
// WARN, with the reason, unless `any_environment`.
void CompareExact(const BenchMeasurements& base, const BenchMeasurements& head, Against against,
                  Comparison& into);

// The worst of the rows. INCONCLUSIVE when nothing was judged: that is no "OK".
GateVerdict VerdictOf(const Comparison& comparison);

// Two files, whole: metrics whose name contains `only`, judged and explained, with a remark on each
// thing that differs between the runs apart from their figures. Fails with kInvalidArgument, naming
// both, for files of different tools, or without a metric in common.
struct FilesCompared {
  std::string only = {};
  std::uint64_t seed = 1;  // of the resampling
};
Result<Comparison> CompareFiles(const BenchMeasurements& base, const BenchMeasurements& head,
                                const FilesCompared& options);

// Judges the times of two separate runs.
void CompareApart(const BenchMeasurements& base, const BenchMeasurements& head, std::uint64_t seed,
                  Comparison& into);

// The functions behind what failed or improved, worst first, at most a handful each.
void ExplainByFunctions(const BenchMeasurements& base, const BenchMeasurements& head,
                        Comparison& into);

// FAILs of names that `accepted` mentions in backquotes become WARN: somebody gave a reason for
// them (results/baselines/CHANGES.md, what was added to it since the base).
void Accept(const std::string& accepted, Comparison& into);

// Keeps the rows whose name contains `only`.
void KeepOnly(const std::string& only, Comparison& into);

// The exit code of DESIGN's table: 1 for a FAIL, 4 for INVALID, 3 for INCONCLUSIVE, else 0.
int ExitCodeOf(GateVerdict worst);

}  // namespace ringlab
