// TracePlan: the requests of a recorded trace, in its order and with its times.
//
// Flat memory: the file is read as the plan is walked, by each worker for itself, since one reader
// for all would have to keep what the slowest has not sent. Where times are whole seconds, the
// requests of one are spread evenly over it (over the time to the next one when that is closer):
// they did not come at once, and a burst a second would measure the clock's grain. A second reader
// runs ahead to count them.
//
// Time 0 is the whole second in which the trace begins. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

struct TraceOptions {
  std::string file;
  std::optional<TraceFormat> format = {};  // none: as the file begins
  double speed = 1;                        // times and times to live, divided by it
  bool own_times = true;                   // else at the plan's arrivals: the trace's order alone
};

class TracePlan {
 public:
  static constexpr double kSpeedMin = 1e-3;
  static constexpr double kSpeedMax = 1e6;

  explicit TracePlan(TraceOptions options) : options_(std::move(options)) {}

  // One that begins anew: a copy may be taken only of what has not begun.
  TracePlan(const TracePlan& other);
  TracePlan& operator=(const TracePlan&) = delete;
  TracePlan(TracePlan&&) = default;
  TracePlan& operator=(TracePlan&&) = default;
  ~TracePlan() = default;

  struct Request {
    Duration intended{};  // by the trace's own times; 0 without
    TraceOp op = TraceOp::kGet;
    std::uint64_t key_index = 0;
    std::string_view key = {};  // until the next call; empty: AppendKey tells it by the index
    std::uint64_t size = 0;     // 0: not told
    Duration ttl{};             // 0: not told
  };

  // False at the end of the trace, and when it cannot be read on, which error() tells.
  bool Next(Request& request);

  const std::optional<Error>& error() const { return error_; }
  const TraceOptions& options() const { return options_; }
  const TraceReader* reader() const { return reader_.get(); }  // after the first Next

 private:
  bool Begin();
  bool TakeRecord();
  void CountGroup();
  Duration Spread();
  bool Failed(const TraceReader& reader);
  Duration Scaled(Duration time) const;

  TraceOptions options_;
  bool begun_ = false;
  std::optional<Error> error_;
  std::unique_ptr<TraceReader> reader_;
  TraceRecord record_;
  std::uint32_t left_ = 0;  // of the record's count
  Duration origin_{};

  // Of the requests of one time, where those are whole seconds.
  std::unique_ptr<TraceReader> ahead_;
  TraceRecord ahead_record_;  // the first that is not counted
  bool ahead_has_ = false;
  Duration group_time_{};
  Duration group_span_{};
  std::uint64_t group_size_ = 0;
  std::uint64_t group_given_ = 0;
};

// The number of "key-17", as AppendKey writes it: without a further zero in front.
std::optional<std::uint64_t> PlannedKeyIndex(std::string_view key);

}  // namespace ringlab
