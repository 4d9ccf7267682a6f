// What loadgen pays for a request of its own: a plan, a key, a record.
#include <memory>
#include <string>

#include "core/base/histogram.h"
#include "core/base/random.h"
#include "loadgen/plan/workload.h"
#include "loadgen/plan/zipf.h"
#include "results/hdr/v2.h"
#include "tests/bench/hot_path.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kOps = 20'000;

RunOps Records() {
  // Exponential latencies around 300 us: several bucket widths, as in a real run.
  Rng rng(1);
  std::vector<std::int64_t> values(4096);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(rng.Exponential() * 3e5);
  auto histogram = std::make_shared<Histogram>();
  return [histogram, values, i = std::size_t{0}](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) histogram->Record(values[i++ & 4095]);
  };
}

Histogram SomeLatencies() {
  Histogram histogram;
  Rng rng(1);
  for (int i = 0; i < 10'000; ++i) {
    histogram.Record(static_cast<std::int64_t>(rng.Exponential() * 3e5));
  }
  return histogram;
}

RunOps Percentiles() {
  return [histogram = SomeLatencies()](std::uint64_t ops) {
    for (; ops > 0; --ops) Keep(histogram.ValueAtPercentile(99.9));
  };
}

RunOps EncodedHistograms() {
  return [histogram = SomeLatencies()](std::uint64_t ops) {
    for (; ops > 0; --ops) Keep(EncodeHdr(histogram));
  };
}

RunOps DecodedHistograms() {
  return [text = EncodeHdr(SomeLatencies())](std::uint64_t ops) {
    for (; ops > 0; --ops) Keep(DecodeHdr(text));
  };
}

RunOps ZipfSamples() {
  return [zipf = ZipfSampler(1'000'000, 0.99), rng = Rng(1)](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) Keep(zipf(rng));
  };
}

RunOps PlannedRequests() {
  auto slice =
      std::make_shared<PlanSlice>(Workload::Create({.duration = Duration::max()}).value(), 0, 1);
  return [slice](std::uint64_t ops) {
    PlannedRequest request;
    for (; ops > 0; --ops) Keep(slice->Next(request));
  };
}

RunOps Keys() {
  return [text = std::string(), i = std::uint64_t{0}](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      text.clear();
      AppendKey(i++ & 0xfffff, text);
    }
  };
}

}  // namespace

std::vector<HotPath> LoadgenPaths() {
  return {{"histogram_record", kOps, Records, true},
          {"histogram_percentile", 50, Percentiles},
          {"hdr_encode", 20, EncodedHistograms},
          {"hdr_decode", 20, DecodedHistograms},
          {"zipf_sample", kOps, ZipfSamples, true},
          {"plan_request", kOps, PlannedRequests},
          {"append_key", kOps, Keys}};
}

}  // namespace ringlab
