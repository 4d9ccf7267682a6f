// SpaceTime: a space-time diagram: each process a level line, time from left to right, each message
// a line from its sender, when it was sent, to its receiver, when it arrived (L. Lamport, "Time,
// Clocks, and the Ordering of Events in a Distributed System", CACM 21(7), 1978).
//
// Plain data in, markup out; pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "results/html/draw/plot.h"

namespace ringlab::html {

struct SpaceTime {
  struct Passage {
    std::size_t from = 0;  // of processes
    std::size_t to = 0;
    std::size_t kind = 0;                // of kinds
    double sent = 0;                     // s
    std::optional<double> arrived = {};  // none: never; drawn as a stub
  };
  // Where a process was in trouble.
  struct Trouble {
    std::size_t process = 0;
    double from = 0;
    double to = 0;
    std::string what;
  };

  std::vector<std::string> processes;
  std::vector<std::string> kinds;  // a colour each, up to 8; what more there is shares the last
  std::vector<Passage> passages;
  std::vector<Trouble> troubles;
};

// The figure; `plot` has the axis of time, the texts, and rules for moments.
std::string SpaceTimeFigure(Plot plot, const SpaceTime& diagram);

}  // namespace ringlab::html
