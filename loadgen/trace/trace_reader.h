// TraceReader: the seam of trace formats: a file's requests, one after the other.
//
// Memory does not grow with the file. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/trace/byte_source.h"
#include "loadgen/trace/record.h"

namespace ringlab {

// csv      columns by name, of time,op,key,size,ttl; without a header in that order. Times are
//          seconds: whole ones, or with a fraction, by the first.
// twitter  timestamp,key,key size,value size,client,operation,TTL without a header; keys may hold
//          commas (github.com/twitter/cache-trace, J. Yang et al., OSDI 2020)
// kvcache  columns by name, of key,op,size,op_count,op_time,ttl and others, as Meta publishes them
//          for CacheLib (cachelib.org, "Evaluating SSD hardware for Facebook workloads")
// oracle   libCacheSim's oracleGeneral: 24 bytes a request, little-endian: u32 seconds, u64 id, u32
//          size, i64 the number of the next request for the id (github.com/1a1a11a/libCacheSim)
enum class TraceFormat : std::uint8_t { kCsv, kTwitter, kKvcache, kOracle };

// "csv", "twitter", "kvcache", "oracle"; parsing takes "oracleGeneral" too.
std::string_view TraceFormatName(TraceFormat format);
std::optional<TraceFormat> ParseTraceFormat(std::string_view name);

enum class TraceStep : std::uint8_t { kRecord, kEnd, kError };

class TraceReader {
 public:
  virtual ~TraceReader() = default;

  // The next request, in the file's order. After kEnd or kError it is the same again.
  virtual TraceStep Next(TraceRecord& record) = 0;

  // After kError: the file, the line or byte, what is wrong with it and what is accepted.
  const Error& error() const { return error_; }

  virtual TraceFormat format() const = 0;
  virtual std::string_view compression() const = 0;

  // False for a file without times: it has an order alone.
  virtual bool has_times() const { return true; }

  // How long the requests of one time may have lain apart: a second for a clock of whole seconds, 0
  // when times are exact. Known once the first record is.
  virtual Duration tick() const { return std::chrono::seconds(1); }

 protected:
  explicit TraceReader(std::string file) : file_(std::move(file)) {}

  // "FILE: PLACE: WHAT"
  TraceStep Refuse(const std::string& place, std::string_view what);
  TraceStep Refuse(const Error& of_bytes);

  // Whether `time` is not before the last one; then it is the last.
  bool Advances(Duration time) {
    if (time < last_) return false;
    last_ = time;
    return true;
  }
  TraceStep RefuseOrder(const std::string& place, Duration time);

  bool failed() const { return failed_; }

 private:
  std::string file_;
  Error error_{Code::kUnknown, ""};
  bool failed_ = false;
  Duration last_ = Duration::zero();
};

// Without a format, by what the file begins with. An error is as TraceReader::error's; `file` is
// how messages call it.
Result<std::unique_ptr<TraceReader>> ReadTrace(std::unique_ptr<ByteSource> bytes, std::string file,
                                               std::optional<TraceFormat> format);
Result<std::unique_ptr<TraceReader>> OpenTrace(const std::string& file,
                                               std::optional<TraceFormat> format);

}  // namespace ringlab
