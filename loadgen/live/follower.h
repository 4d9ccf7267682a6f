// LiveFollower: shows a run while it goes on: --live, --metrics and --live-csv.
//
// The session hands it what it collects anyway, a few times a second; it starts no thread but the
// HTTP server's, and draws a page only while somebody looks. What that costs is bounded: a drawing
// waits until a hundred times as long as the last one took has passed. Not thread-safe.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "loadgen/judge/run_result.h"
#include "loadgen/live/board.h"
#include "loadgen/live/csv_file.h"
#include "loadgen/live/figures.h"
#include "loadgen/live/options.h"
#include "loadgen/live/server.h"

namespace ringlab {

// What a session shows of the stretch that it is in. Views of what is there during the call.
struct RunSoFar {
  RunState state = RunState::kStarting;
  Duration elapsed{};  // of the stretch
  Duration duration{};
  Totals totals{};
  std::uint64_t in_flight = 0;
  const TimeSeries* latencies = nullptr;  // of the answers handed in so far; null in a warm-up
  std::function<TimeSeries::Counts(std::size_t interval)> counts = {};
  const std::vector<NodeReading>* readings = nullptr;
};

class LiveFollower {
 public:
  // Listens and opens the file. An error names the flag.
  static Result<std::unique_ptr<LiveFollower>> Start(const LiveOptions& options);

  // "http://127.0.0.1:4711/" and so on, a line each, for people.
  std::vector<std::string> Addresses() const;

  // A run begins, of several perhaps.
  void Begin(const RunConfig& config);
  // Answers of the measured stretch.
  void Count(std::span<const TimeSeries::Answer> answers);
  void Look(const RunSoFar& run);
  // All of the measured stretch, second by second, once it is over.
  void Finish(const TimeSeries& series);
  // The result; `json` is what its page is drawn from.
  void End(const RunResult& run, const nlohmann::ordered_json& json);

  // Somebody who came again and again may come for the last of it.
  bool IsAwaited() const;
  // Waits for readers who came again and again to have the last of it, a minute at most.
  void AwaitReaders(const std::function<bool()>& stop) const;

  // What could not be written of the file, or "".
  std::string failure() const { return csv_ ? csv_->failure() : ""; }

 private:
  LiveFollower() = default;

  void CountUp(const RunSoFar& run);
  void WriteRows(const RunSoFar& run);
  void Draw(const RunSoFar& run, TimePoint now);

  LiveBoard board_;
  std::vector<std::unique_ptr<LiveServer>> servers_;
  std::vector<std::string> addresses_;
  std::unique_ptr<CsvFile> csv_;

  RunConfig config_;
  LiveFigures figures_;
  std::vector<TimeSeries::Counts> counts_;  // by interval, up to the one that goes on
  std::size_t settled_ = 0;                 // of these will not change any more
  std::size_t written_ = 0;                 // rows
  TimePoint next_metrics_{};
  TimePoint next_drawing_{};
};

}  // namespace ringlab
