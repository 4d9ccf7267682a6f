// An interval log.
#include "core/base/check.h"
#include "results/hdr/hlog.h"
#include "tests/fuzz/target.h"

namespace ringlab {
namespace {

int TryOne(const std::uint8_t* data, std::size_t size) {
  const auto log = ReadHlog(AsText(data, size));
  if (!log) return 0;
  for (const HlogInterval& interval : log->intervals) {
    // A tag may hold what a line must not begin with; times may be too large to print.
    const auto again = ReadHlog(HlogLine({interval.tag, 0, 1, interval.histogram}));
    RL_CHECK(again.has_value() && again->intervals.size() == 1);
    RL_CHECK(again->intervals.front().histogram == interval.histogram);
  }
  return 0;
}

}  // namespace
}  // namespace ringlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ringlab::TryOne(data, size);
}
