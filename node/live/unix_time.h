// The time of day, for expiries that callers give as one: nothing else of ours may ask for it.
#pragma once

#include <chrono>
#include <cstdint>

namespace ringlab {

// Nanoseconds since 1970.
inline std::int64_t UnixNowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace ringlab
