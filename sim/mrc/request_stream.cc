#include "sim/mrc/request_stream.h"

#include <utility>

#include "core/base/hash.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

RequestStream::RequestStream(StreamOptions options)
    : options_(std::move(options)),
      zipf_(options_.keys, options_.zipf_s),
      scatter_(options_.keys, Rng(options_.seed).Split("scatter").Next()),
      rng_(Rng(options_.seed).Split("keys")) {
  if (!options_.trace) return;
  trace_.emplace(*options_.trace);
}

bool RequestStream::Next(StreamRequest& request) {
  do {
    if (options_.requests > 0 && given_ + absent_ == options_.requests) return false;
    if (!(trace_ ? NextRecorded() : NextDrawn())) return false;
    const bool exists = options_.source.not_found == 0 || SyntheticExists(options_.source, key_);
    ++(exists ? given_ : absent_);
    if (exists) break;
  } while (true);
  request = {.op = op_, .key = key_, .hash = HashKey(key_)};
  return true;
}

bool RequestStream::NextDrawn() {
  if (options_.requests == 0) return false;
  key_.clear();
  AppendKey(scatter_(zipf_(rng_) - 1), key_);
  return true;
}

bool RequestStream::NextRecorded() {
  TracePlan::Request record;
  if (!trace_->Next(record)) {
    error_ = trace_->error();
    return false;
  }
  op_ = record.op;
  key_.clear();
  if (record.key.empty()) {
    AppendKey(record.key_index, key_);
  } else {
    key_ = record.key;
  }
  size_ = record.size;
  if (size_ > 0) {
    ++sizes_told_;
    sizes_sum_ += static_cast<double>(size_);
  }
  return true;
}

std::uint64_t RequestStream::value_bytes() const {
  if (options_.sizes_of_source) return SyntheticSize(options_.source, key_);
  if (size_ > 0 || sizes_told_ == 0) return size_;
  return static_cast<std::uint64_t>(sizes_sum_ / static_cast<double>(sizes_told_) + 0.5);
}

}  // namespace ringlab
