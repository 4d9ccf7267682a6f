#include "sim/jobs/dealer.h"

#include <algorithm>
#include <utility>

namespace ringlab {

JobRange JobDealer::Deal(std::uint64_t wanted) {
  const std::uint64_t more = stopped_ ? 0 : std::min(wanted, jobs_ - dealt_);
  const JobRange range{.begin = dealt_, .end = dealt_ + more};
  dealt_ = range.end;
  return range;
}

bool JobDealer::Keep(JobResult result) {
  if (result.job >= dealt_ || result.job < taken_) return false;
  if (!ahead_.emplace(result.job, std::move(result.bytes)).second) return false;
  ++done_;
  return true;
}

std::vector<JobResult> JobDealer::TakeReady() {
  std::vector<JobResult> ready;
  while (!ahead_.empty() && ahead_.begin()->first == taken_) {
    auto first = ahead_.extract(ahead_.begin());
    ready.push_back({.job = taken_++, .bytes = std::move(first.mapped())});
  }
  return ready;
}

}  // namespace ringlab
