#include "results/hdr/layout.h"

#include <string>

#include "core/base/check.h"
#include "core/base/histogram.h"

namespace ringlab {

Result<HdrLayout> HdrLayout::Create(std::int64_t lowest, std::int64_t highest, int digits) {
  const auto refuse = [](const std::string& what) {
    return Fail(Code::kInvalidArgument, "layout of a histogram: " + what);
  };
  if (digits < 1 || digits > kDigitsMax) {
    return refuse(std::to_string(digits) + " significant digits; expected 1 to 5");
  }
  if (lowest < 1) return refuse("lowest value " + std::to_string(lowest) + "; expected 1 or more");
  if (highest / 2 < lowest) {
    return refuse("highest value " + std::to_string(highest) +
                  "; expected twice the lowest one or more, which is " + std::to_string(lowest));
  }
  HdrLayout layout;
  layout.lowest_ = lowest;
  layout.highest_ = highest;
  layout.digits_ = digits;
  std::uint64_t parts = 2;
  for (int i = 0; i < digits; ++i) parts *= 10;
  layout.bits_ = BitWidth(parts - 1);
  layout.unit_ = BitWidth(static_cast<std::uint64_t>(lowest)) - 1;
  if (layout.unit_ + layout.bits_ > 62) {  // as the library in C: the first bucket must fit
    return refuse("lowest value " + std::to_string(lowest) + " is too high for " +
                  std::to_string(digits) + " significant digits");
  }
  const auto top = static_cast<std::uint64_t>(highest);
  for (std::uint64_t end = std::uint64_t{1} << (layout.unit_ + layout.bits_); end <= top;
       end <<= 1) {
    ++layout.buckets_;  // at most 62 times: 2^63 is above every highest value
  }
  layout.counters_ = (layout.buckets_ + 1) << (layout.bits_ - 1);
  RL_CHECK(layout.counters_ <= kCountersMax);
  return layout;
}

HdrLayout HdrLayout::OfRinglab() {
  const auto layout = Create(1, Histogram::kHighestTrackable, Histogram::kSignificantDigits);
  RL_CHECK(layout.has_value() && layout->counters() == Histogram::kCountsLength);
  return *layout;
}

}  // namespace ringlab
