// BenchMeasurements: what a file of results says, in the terms that the gate compares.
//
// Read from our own bench results, from Google Benchmark's JSON, or from a result of loadgen or
// sim. Errors: kInvalidArgument for text that is no such file (truncated, foreign, of a newer
// schema, with a name twice); kFailedPrecondition for one that is, but must not be compared (a
// debug build, a figure that is no number, a run that was invalid).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

// A whole number over a fixed count of operations: instructions, allocations, allocated_bytes (an
// operation each), bytes (of an entry or type), figure (of behaviour).
struct ExactMetric {
  std::uint64_t total = 0;
  std::uint64_t ops = 1;

  double per_op() const { return static_cast<double>(total) / static_cast<double>(ops); }
  friend bool operator==(const ExactMetric&, const ExactMetric&) = default;
};

struct MetricName {
  std::string name;     // "cache_hit_lru"
  std::string measure;  // "instructions"

  friend auto operator<=>(const MetricName&, const MetricName&) = default;
};

// Something that was measured by a clock, once or several times.
struct TimedMetric {
  std::string unit = {};  // "ns/op"
  bool higher_is_better = false;
  bool judged = true;    // false: shown, but no verdict rests on it
  bool of_runs = false;  // each sample is a whole run, so that a few tell something
  std::vector<double> samples = {};
};

struct BenchMeasurements {
  std::string name = {};   // the file's, or the commit's
  std::string tool = {};   // who wrote it: "bench", "Google Benchmark", "loadgen", "sim"
  std::string suite = {};  // empty where there are none
  nlohmann::ordered_json environment = {};
  nlohmann::ordered_json fingerprint = {};  // what instruction counts depend on; null if unknown
  nlohmann::ordered_json config = {};       // what a run was asked to do; null of benchmarks
  std::string command = {};                 // of a run, as it was typed
  std::map<MetricName, ExactMetric> exact = {};
  std::map<std::string, TimedMetric> timed = {};
  // Instructions that each function spent itself, of each path.
  std::map<std::string, std::map<std::string, std::uint64_t>> functions = {};
};

// Whichever of the formats `text` is in; `name` is what messages call it.
Result<BenchMeasurements> ParseMeasurements(std::string_view text, const std::string& name);

// Our own format, from JSON that ParseResult accepted.
Result<BenchMeasurements> FromBenchJson(const nlohmann::ordered_json& json,
                                        const std::string& name);

// Google Benchmark 1.7's. Bare NaN and Infinity, which it writes, are read as no number.
bool IsGoogleBenchmark(const nlohmann::ordered_json& json);
Result<BenchMeasurements> FromGoogleBenchmark(const nlohmann::ordered_json& json,
                                              const std::string& name);

// A run of loadgen or sim: its figures, of which no verdict comes from a single run.
Result<BenchMeasurements> FromRun(const nlohmann::ordered_json& json, const std::string& name);

// Our own format again.
nlohmann::ordered_json ToJson(const BenchMeasurements& measurements);

}  // namespace ringlab
