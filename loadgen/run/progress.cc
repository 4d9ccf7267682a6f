#include "loadgen/run/progress.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ringlab {

std::string TextOf(const Progress& p) {
  std::array<char, 256> text{};
  const std::uint64_t failed = p.totals.errors + p.totals.timeouts;
  std::snprintf(
      text.data(), text.size(),
      "%s %3.0f/%.0f s  %llu sent  %llu ok  %llu failed  %llu in flight%s",
      p.elapsed > p.duration         ? "waiting for the last answers"
      : p.elapsed < Duration::zero() ? "waiting for the agreed start"
      : p.waiting                    ? "waiting for others' last answers"
      : p.warming_up                 ? "warm-up  "
                                     : "measuring",
      std::clamp(Seconds(p.elapsed), 0.0, Seconds(p.duration)), Seconds(p.duration),
      static_cast<unsigned long long>(p.totals.sent), static_cast<unsigned long long>(p.totals.ok),
      static_cast<unsigned long long>(failed), static_cast<unsigned long long>(p.in_flight),
      p.queue_grows ? "  THE QUEUE GROWS: more than it can take" : "");
  return text.data();
}

void ProgressLine::Show(const std::string& which, const Progress& progress) {
  const bool is_news = which_ != which || last_.warming_up != progress.warming_up ||
                       last_.queue_grows != progress.queue_grows;
  const std::string line = which + TextOf(progress);
  is_news ? status_.Milestone(line) : status_.Show(line);
  which_ = which;
  last_ = progress;
}

}  // namespace ringlab
