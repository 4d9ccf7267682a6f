#include "node/h2/frames/timeout.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>

namespace ringlab {

namespace {

constexpr std::size_t kDigitsMax = 8;
constexpr std::int64_t kValueMax = 99'999'999;
constexpr std::int64_t kKeptBits = 6;  // of a value's leading bits, one more than these

// Nanoseconds of a unit; 0 for none.
std::int64_t UnitOf(char unit) {
  switch (unit) {
    case 'H': return 3'600'000'000'000;
    case 'M': return 60'000'000'000;
    case 'S': return 1'000'000'000;
    case 'm': return 1'000'000;
    case 'u': return 1'000;
    case 'n': return 1;
    default: return 0;
  }
}

std::int64_t RoundedUp(std::int64_t value, std::int64_t step) {
  return value / step + (value % step == 0 ? 0 : 1);
}

}  // namespace

std::optional<Duration> ReadTimeout(std::string_view text) {
  if (text.size() < 2 || text.size() > kDigitsMax + 1) return std::nullopt;
  const std::int64_t unit = UnitOf(text.back());
  if (unit == 0) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : text.substr(0, text.size() - 1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(value, unit, &nanos)) return Duration::max();
  return Duration(nanos);
}

TimeoutText::TimeoutText(Duration timeout) {
  std::int64_t value = std::max(RoundedUp(timeout.count(), 1'000'000), std::int64_t{1});
  const std::int64_t step =
      static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(value)) >> kKeptBits);
  if (step > 1) value = RoundedUp(value, step) * step;
  char unit = 'm';
  // 99,999,999 ms are 27 hours; the longest Duration is 2,562,048 hours.
  if (value > kValueMax) {
    value = RoundedUp(value, 1000);
    unit = 'S';
  }
  if (value > kValueMax) {
    value = RoundedUp(value, 3600);
    unit = 'H';
  }
  char* const end = std::to_chars(text_.data(), text_.data() + text_.size() - 1, value).ptr;
  *end = unit;
  size_ = static_cast<std::size_t>(end + 1 - text_.data());
}

}  // namespace ringlab
