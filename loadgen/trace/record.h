// TraceRecord: one request of a recorded trace, whatever the format of its file. Plain data, but
// for a view of the reader's buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/time.h"

namespace ringlab {

// What a cache of ours can be asked. Conditional writes and changes in place are sets here:
// ParseTraceOp in loadgen/trace/fields.h has the table.
enum class TraceOp : std::uint8_t { kGet, kSet, kRemove };

struct TraceRecord {
  static constexpr std::size_t kKeyMax = 32'767;                      // what a node keeps
  static constexpr std::uint64_t kSizeMax = std::uint64_t{1} << 40;   // of a value, bytes
  static constexpr std::uint64_t kTtlMax = 100ULL * 366 * 24 * 3600;  // seconds
  static constexpr std::uint32_t kCountMax = 1'000'000;

  Duration time{};  // since the zero of the trace's own clock; never decreases
  TraceOp op = TraceOp::kGet;
  std::string_view key;     // until the reader is asked again; empty where `id` is the key
  std::uint64_t id = 0;     // the key of a trace of numbers
  std::uint64_t size = 0;   // of the value, bytes; 0: not told, or for a get a miss
  std::uint64_t ttl_s = 0;  // seconds, of a set; 0 for none
  std::uint32_t count = 1;  // the request came so often in a row
};

}  // namespace ringlab
