// grpc-timeout, how long a caller will wait: up to eight digits and a unit, H M S m u or n.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace ringlab {

// Nothing when it is no timeout. What is too long for a Duration is as long as one can be.
std::optional<Duration> ReadTimeout(std::string_view text);

// The text of a timeout, rounded up: to whole milliseconds, and above 128 of them to 1/64, so that
// the values are few and a peer's header table knows them.
class TimeoutText {
 public:
  explicit TimeoutText(Duration timeout);
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 12> text_;
  std::size_t size_ = 0;
};

}  // namespace ringlab
