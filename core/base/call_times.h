// CallTimes: when a call was on the wire, for who measures: not its own schedule, not its callback.
#pragma once

#include "core/base/time.h"

namespace ringlab {

struct CallTimes {
  TimePoint sent = kNever;  // the write of the request's last byte returned; kNever: none did
  TimePoint done = kNever;  // the read that brought the end of the reply returned
};

}  // namespace ringlab
