#include "loadgen/run/clock.h"

#include <sys/timex.h>

#include "node/live/timer_thread.h"
#include "node/live/unix_time.h"

namespace ringlab {

TimePoint SteadyAt(Duration since_1970) {
  // Of several looks at both clocks, the one that nothing came between.
  constexpr int kLooks = 16;
  Duration least = Duration::max();
  TimePoint at{};
  for (int i = 0; i < kLooks; ++i) {
    const TimePoint before = TimerThread::SteadyNow();
    const Duration now(UnixNowNs());
    const Duration took = TimerThread::SteadyNow() - before;
    if (took >= least) continue;
    least = took;
    at = before + took / 2 + (since_1970 - now);
  }
  return at;
}

std::optional<Duration> ClockErrorMax() {
  ntptimeval now{};
  const int state = ntp_gettime(&now);
  if (state < 0 || state == TIME_ERROR) return std::nullopt;
  return std::chrono::microseconds(now.maxerror);
}

}  // namespace ringlab
