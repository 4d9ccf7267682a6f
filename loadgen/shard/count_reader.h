// CountReader: counts and histograms out of a result that nobody vouches for.
//
// Reads to the end, and remembers the first thing that is wrong; what is read after that is worth
// nothing, and costs little. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/histogram.h"
#include "loadgen/measure/time_series.h"
#include "loadgen/plan/shard.h"
#include "results/hdr/histogram.h"
#include "results/text/json_view.h"

namespace ringlab {

class CountReader {
 public:
  // No shard counts so far, and of all shards together what is below fits into every counter.
  static constexpr std::uint64_t kCountEnd = std::uint64_t{1} << 40;
  static_assert(kShardsMax * (kCountEnd - 1) <= kBucketCountMax);

  // "" while nothing is wrong.
  const std::string& complaint() const { return complaint_; }
  void Complain(std::string_view what);
  // About a place in /shard/counts.
  void ComplainOfCounts(std::string_view what);

  // A count below kCountEnd, else 0; `where` it stands, for a message.
  std::uint64_t Count(const JsonView& json, const std::string& where);

  // What loadgen/shard/counts_json.cc wrote of a histogram, {} for an empty one, and of an
  // interval's counters, "" for none. Empty when it is wrong. `where` it stands in /shard/counts.
  Histogram Exact(const JsonView& json, const std::string& where);
  BucketCounts Buckets(const std::string& hdr_v2, const std::string& where);

 private:
  std::vector<HdrHistogram::Cell> Cells(const std::string& hdr_v2, const std::string& where);

  std::string complaint_;
};

}  // namespace ringlab
