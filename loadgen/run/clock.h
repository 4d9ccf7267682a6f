// The clocks of this machine, as far as several machines have to agree on a moment.
#pragma once

#include <optional>

#include "core/base/time.h"

namespace ringlab {

// When the time of day will be so many nanoseconds after 1970, on the line of TimerThread. Of a
// clock that is set meanwhile it says what it was.
TimePoint SteadyAt(Duration since_1970);

// How wrong the kernel says that the time of day may be at most (ntp_gettime(3)); absent when
// nobody keeps it right.
std::optional<Duration> ClockErrorMax();

}  // namespace ringlab
