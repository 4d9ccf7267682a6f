// History: one line of JSON a run, appended and never rewritten (results/history/*.jsonl).
//
// A line is {"schema_version", "suite", "commit", "at", "environment", "metrics": {"name/measure":
// figure}}. Pure: the command reads and writes the files.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "results/gate/measurements.h"

namespace ringlab {

struct HistoryPoint {
  std::string commit;
  std::string at;  // UTC
  std::map<std::string, double> metrics;
};

// "2026-11-21T10:00:00Z": what a point says of when.
bool IsUtc(std::string_view text);

// Hexadecimal digits, seven at least, with "+" behind them for files that differ from it.
bool IsHash(std::string_view text);

inline constexpr std::size_t kHistoryLinesMax = 100'000;

// The line for a run; of times the trimmed mean.
nlohmann::ordered_json HistoryLine(const BenchMeasurements& measurements, const std::string& commit,
                                   const std::string& at);

// All lines of a file, oldest first. kInvalidArgument, with the number of the line that is none.
Result<std::vector<HistoryPoint>> ParseHistory(std::string_view text, const std::string& name);

// Every metric whose name contains `only` as a series with its change points (change_points.h):
// what a page draws, results/html/pages.h.
nlohmann::ordered_json HistoryJson(const std::vector<HistoryPoint>& points,
                                   const std::string& only);

}  // namespace ringlab
