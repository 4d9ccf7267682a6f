// LiveFollower: shows a run while it goes on: --live, --metrics and --live-csv.
//
// The session hands it what it collects anyway, a few times a second; it starts no thread but the
// HTTP server's, and draws a page only while somebody looks. What that costs is bounded: see
// PauseAfterDrawing. Not thread-safe.
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
#include "loadgen/live/drawn_series.h"
#include "loadgen/live/figures.h"
#include "loadgen/live/options.h"
#include "loadgen/live/server.h"

namespace ringlab {

// What a session shows of the stretch that it is in. Views of what is there during the call.
struct RunSoFar {
  RunState state = RunState::kStarting;
  Duration elapsed{};  // of the stretch
  Duration duration{};
  Duration reached{};  // what was planned before has been sent; and shows in `counts`
  Totals totals{};
  std::uint64_t in_flight = 0;
  const TimeSeries* latencies = nullptr;  // of the answers handed in so far; null in a warm-up
  std::function<TimeSeries::Counts(std::size_t interval)> counts = {};
  const std::vector<NodeReading>* readings = nullptr;
};

// Where a run is shown, for people: "live page: http://127.0.0.1:4711/".
struct LiveAddress {
  std::string text;
  bool is_news = false;  // the port is the system's choice: nobody else knows it
};

// How long a page stands still after a drawing that took so much CPU time, while loadgen used so
// many cores: a second, or as long as it takes until the drawing was one part in 300 of loadgen's
// CPU time, but then no longer than five seconds; and 300 times as long as it took, in any case.
// With what the scrapes and the server cost, a run that is shown stays within one part in 100.
Duration PauseAfterDrawing(Duration took, double cores);

class LiveFollower {
 public:
  // Listens and opens the file. An error names the flag.
  static Result<std::unique_ptr<LiveFollower>> Start(const LiveOptions& options);

  const std::vector<LiveAddress>& addresses() const { return addresses_; }

  // A run begins, of several perhaps.
  void Begin(const RunConfig& config);
  // Answers of the measured stretch.
  void Count(std::span<const TimeSeries::Answer> answers);
  void Look(const RunSoFar& run);
  // All of the measured stretch, once it is over.
  void Finish(const Measurements& measured);
  // After the last run. `json` is what the page of the result is drawn from.
  void End(const nlohmann::ordered_json& json);

  // Somebody who came again and again may come for the last of it.
  bool IsAwaited() const;
  // Waits for readers who came again and again to have the last of it, a minute at most.
  void AwaitReaders(const std::function<bool()>& stop) const;
  // Time for what was handed to readers just now to leave, for a process that ends without more.
  void LetLeave() const;

  // What could not be written of the file, or "".
  std::string failure() const { return csv_ ? csv_->failure() : ""; }

 private:
  LiveFollower() = default;

  Result<void> Listen(const LiveOptions& options);
  Result<void> ListenAt(const char* flag, const LiveServerOptions& server);
  void CountUp(const RunSoFar& run);
  void WriteRows(const RunSoFar& run);
  void ShowMetrics(bool is_last);
  void Draw(const RunSoFar& run);

  LiveBoard board_;
  std::vector<std::unique_ptr<LiveServer>> servers_;
  std::vector<LiveAddress> addresses_;
  bool has_metrics_ = false;
  std::unique_ptr<CsvFile> csv_;

  LiveFigures figures_;  // what is told: of the runs that are over, exact, and of the one so far
  LiveFigures over_;     // of the runs that are over: totals and latencies alone

  // Of the run that goes on.
  RunConfig config_;
  std::vector<TimeSeries::Counts> counts_;  // by interval, up to the one that goes on
  std::size_t settled_ = 0;                 // of these will not change any more
  Duration reached_{};                      // when they were read
  std::size_t written_ = 0;                 // rows
  DrawnSeries drawn_;
  TimePoint next_metrics_{};
  TimePoint next_drawing_{};
  TimePoint drawn_at_{};
  Duration cpu_when_drawn_{};  // of this process
};

}  // namespace ringlab
