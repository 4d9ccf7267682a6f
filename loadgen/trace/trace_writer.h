// TraceWriter: a plan's requests as the text or bytes of a trace, for our own readers and those of
// other simulators.
//
// Text goes out as it comes. Of oracleGeneral the number of the next request for an id is known
// only at the end: it is filled in then, backwards through the file, with a table of the distinct
// ids in memory: all else is flat. Errors name the file. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "loadgen/trace/part_file.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

class TraceWriter {
 public:
  // `file` is there from Finish() on, and as it was until then (loadgen/trace/part_file.h).
  static Result<std::unique_ptr<TraceWriter>> Create(const std::string& file, TraceFormat format);

  ~TraceWriter();
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  // Of a record's `count`, as many requests; kOutOfRange for a time that traces cannot say. `id` is
  // the key where the format knows numbers alone, and `key` its text. oracleGeneral has no removes:
  // they are left out. A size there is 4 GiB less a byte at most.
  Result<void> Write(const TraceRecord& record);

  // Completes the file, once. Nothing is written after that. A writer that ends without it leaves
  // nothing behind.
  Result<void> Finish();

  // Requests.
  std::uint64_t written() const { return written_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  TraceWriter(std::string name, std::unique_ptr<PartFile> file, TraceFormat format);

  void AppendCsv(const TraceRecord& record);
  void AppendTwitter(const TraceRecord& record);
  void AppendKvcache(const TraceRecord& record);
  void AppendOracle(const TraceRecord& record);
  Result<void> Flush();
  Result<void> FillInNext();

  const std::string name_;
  const std::unique_ptr<PartFile> file_;
  const TraceFormat format_;
  std::string buffer_;
  std::uint64_t written_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace ringlab
