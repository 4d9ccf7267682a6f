// Time as the core knows it: nanoseconds on a line without a clock.
//
// Timeline has no now(), so nothing can read real time by accident; a Scheduler tells the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace ringlab {

using Duration = std::chrono::nanoseconds;

struct Timeline {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<Timeline>;
  static constexpr bool is_steady = true;
};

using TimePoint = Timeline::time_point;

inline constexpr TimePoint kNever = TimePoint::max();

// Seconds as a floating figure, for rates and reports.
constexpr double Seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }

// `start + wait`, or kNever when that would overflow: a caller may ask for any timeout.
constexpr TimePoint SaturatingAdd(TimePoint start, Duration wait) {
  return wait >= kNever - start ? kNever : start + wait;
}

}  // namespace ringlab
