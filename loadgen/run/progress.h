// Progress: how far a run is, and the line that tells it to who waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "loadgen/measure/measurements.h"
#include "node/live/terminal.h"

namespace ringlab {

struct Progress {
  bool warming_up = false;
  bool waiting = false;  // for the agreed start, or for others' last answers
  Duration elapsed{};
  Duration duration{};
  Totals totals{};
  std::uint64_t in_flight = 0;
  bool queue_grows = false;  // more is asked than is taken
};

std::string TextOf(const Progress& progress);

// What of it is news stays in a log that is no terminal: the end of the warm-up, a queue that
// grows, another run. Not thread-safe; the status line outlives it.
class ProgressLine {
 public:
  explicit ProgressLine(StatusLine& status) : status_(status) {}

  // `which`: the run, where there are several, such as "run 2 of 5: "; "" for the only one.
  void Show(const std::string& which, const Progress& progress);

 private:
  StatusLine& status_;
  std::optional<std::string> which_;
  Progress last_;
};

}  // namespace ringlab
