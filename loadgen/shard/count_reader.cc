#include "loadgen/shard/count_reader.h"

#include <utility>

#include "results/hdr/v2.h"

namespace ringlab {

void CountReader::Complain(std::string_view what) {
  if (complaint_.empty()) complaint_ = what;
}

void CountReader::ComplainOfCounts(std::string_view what) {
  Complain("/shard/counts/" + std::string(what));
}

std::uint64_t CountReader::Count(const JsonView& json, const std::string& where) {
  const std::uint64_t count = json.count();
  if (count < kCountEnd) return count;
  Complain(where + ": " + std::to_string(count) + ": expected a count below 2^40");
  return 0;
}

Histogram CountReader::Exact(const JsonView& json, const std::string& where) {
  std::vector<std::uint64_t> counters(Histogram::kCountsLength);
  for (const HdrHistogram::Cell& cell : Cells(json["hdr_v2"].text(), where)) {
    counters[cell.index] = cell.count;
  }
  auto whole = Histogram::Restore(std::move(counters), {.mean = json["mean_ns"].number(),
                                                        .min = json["min_ns"].nanoseconds().count(),
                                                        .max = json["max_ns"].nanoseconds().count(),
                                                        .beyond = json["beyond"].count()});
  if (whole) return *std::move(whole);
  ComplainOfCounts(where + ": its mean_ns, min_ns, max_ns and beyond are not of its counters");
  return {};
}

BucketCounts CountReader::Buckets(const std::string& hdr_v2, const std::string& where) {
  BucketCounts buckets;
  for (const HdrHistogram::Cell& cell : Cells(hdr_v2, where)) {
    buckets.push_back({.index = cell.index & 0xffffU, .count = cell.count & kBucketCountMax});
  }
  return buckets;
}

// In rising order, each below Histogram::kCountsLength.
std::vector<HdrHistogram::Cell> CountReader::Cells(const std::string& hdr_v2,
                                                   const std::string& where) {
  if (hdr_v2.empty() || !complaint_.empty()) return {};
  const auto hdr = DecodeHdr(hdr_v2);
  if (!hdr || hdr->layout() != HdrLayout::OfRinglab()) {
    ComplainOfCounts(where + ": expected an HdrHistogram from 1 ns to 60 s at 3 digits");
    return {};
  }
  if (hdr->count() < kCountEnd) return hdr->cells();
  ComplainOfCounts(where + ": expected fewer than 2^40 values");
  return {};
}

}  // namespace ringlab
