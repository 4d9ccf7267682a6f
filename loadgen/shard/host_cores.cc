#include "loadgen/shard/host_cores.h"

#include <algorithm>

#include "core/base/parse.h"

namespace ringlab {

namespace {

// More than any kernel knows; and a bound on what a file of somebody's may have us keep.
constexpr std::uint64_t kCpuEnd = std::uint64_t{1} << 16;
constexpr std::size_t kRangesMax = 4096;

}  // namespace

void HostCores::Add(const std::string& host, std::uint64_t cores, std::string_view cpus) {
  if (host.empty()) {
    nameless_ += cores;
    return;
  }
  Host& of = hosts_[host];
  of.most = std::max(of.most, cores);
  for (const Range& range : Parse(cpus, cores)) of.told.push_back(range);
}

std::uint64_t HostCores::Sum() const {
  std::uint64_t sum = nameless_;
  for (const auto& [name, host] : hosts_) sum += std::max(host.most, Union(host.told));
  return sum;
}

// Empty when it is no such list, or one of another number of cores.
std::vector<HostCores::Range> HostCores::Parse(std::string_view cpus, std::uint64_t cores) {
  std::vector<Range> ranges;
  if (cpus.empty()) return ranges;
  for (const std::string_view part : SplitAt(cpus, ',')) {
    const auto [from, to] = SplitOnce(part, '-');
    const auto first = ParseCount(from);
    const auto last = to.empty() ? first : ParseCount(to);
    if (!first || !last || *last < *first || *last >= kCpuEnd || ranges.size() == kRangesMax) {
      return {};
    }
    ranges.push_back({.first = *first, .last = *last});
  }
  if (Union(ranges) != cores) ranges.clear();
  return ranges;
}

std::uint64_t HostCores::Union(std::vector<Range> ranges) {
  std::ranges::sort(ranges, {}, &Range::first);
  std::uint64_t sum = 0;
  std::uint64_t next = 0;  // the first that is not counted
  for (const Range& range : ranges) {
    const std::uint64_t from = std::max(range.first, next);
    if (range.last < from) continue;
    sum += range.last - from + 1;
    next = range.last + 1;
  }
  return sum;
}

}  // namespace ringlab
