// RequestStream: the requests that curves are made of: drawn by a Zipf law, or a recorded trace's.
//
// Walked from its beginning to its end, as often as there are streams of the same options: each
// gives the same requests. Drawn keys are those that the loopback traffic of the same seed asks
// for. Of a trace the order alone counts, and a value whose size no record tells is taken to be as
// large as the mean of those told before. Keys that the source has no value for are left out: they
// are in no cache. Flat memory; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/source/synthetic_source.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/trace_plan.h"
#include "loadgen/plan/zipf.h"
#include "loadgen/trace/record.h"

namespace ringlab {

struct StreamOptions {
  std::uint64_t seed = 1;
  std::uint64_t keys = 100'000;
  double zipf_s = 0.99;
  std::uint64_t requests = 0;              // at most; of a trace 0 is all
  std::optional<TraceOptions> trace = {};  // then seed, keys and zipf_s mean nothing
  SyntheticSpec source = {};               // sizes of values, and which keys have one
  bool sizes_of_source = true;             // else of a trace's own
};

struct StreamRequest {
  TraceOp op = TraceOp::kGet;
  std::string_view key;    // until the next request
  std::uint64_t hash = 0;  // HashKey(key)
};

class RequestStream {
 public:
  explicit RequestStream(StreamOptions options);
  RequestStream(const RequestStream&) = delete;  // a request looks into its stream
  RequestStream& operator=(const RequestStream&) = delete;

  // False at the end, or where a trace cannot be read on, which error() tells.
  bool Next(StreamRequest& request);
  const std::optional<Error>& error() const { return error_; }

  // Of the last request: the bytes of its value.
  std::uint64_t value_bytes() const;

  // So far: requests given, requests left out, and whether a record told a size.
  std::uint64_t given() const { return given_; }
  std::uint64_t absent() const { return absent_; }
  bool size_told() const { return sizes_told_ > 0; }

 private:
  bool NextDrawn();
  bool NextRecorded();

  StreamOptions options_;
  std::optional<TracePlan> trace_;
  std::optional<Error> error_;
  ZipfSampler zipf_;
  Permutation scatter_;
  Rng rng_;
  TraceOp op_ = TraceOp::kGet;
  std::string key_;
  std::uint64_t size_ = 0;  // of the last record; 0: not told
  std::uint64_t given_ = 0;
  std::uint64_t absent_ = 0;
  std::uint64_t sizes_told_ = 0;
  double sizes_sum_ = 0;
};

}  // namespace ringlab
