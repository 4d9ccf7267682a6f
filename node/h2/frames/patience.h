// Patience: how long one waits for what a connection as a whole has begun and not finished.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/time.h"

namespace ringlab {

class Patience {
 public:
  enum class Wait : std::uint8_t { kHandshake, kHeaderBlock, kProgress, kDrainPing };

  // Waiting again for the same leaves the time as it is.
  void Begin(Wait wait, TimePoint until) {
    TimePoint& due = due_[static_cast<std::size_t>(wait)];
    due = std::min(due, until);
  }
  void Set(Wait wait, bool waiting, TimePoint until) { waiting ? Begin(wait, until) : End(wait); }
  void End(Wait wait) { due_[static_cast<std::size_t>(wait)] = kNever; }

  TimePoint Next() const { return *std::min_element(due_.begin(), due_.end()); }

  // What is not waited for any longer; ends it.
  std::optional<Wait> TakeOverdue(TimePoint now) {
    const auto first = std::min_element(due_.begin(), due_.end());
    if (*first > now || *first == kNever) return std::nullopt;
    *first = kNever;
    return static_cast<Wait>(first - due_.begin());
  }

 private:
  std::array<TimePoint, 4> due_ = {kNever, kNever, kNever, kNever};
};

}  // namespace ringlab
