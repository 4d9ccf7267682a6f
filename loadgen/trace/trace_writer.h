// TraceWriter: a plan's requests as the text or bytes of a trace, for our own readers and those of
// other simulators.
//
// Text goes out as it comes. Of oracleGeneral the number of the next request for an id is known
// only at the end: it is filled in then, backwards through the file, with a table of the distinct
// ids in memory: all else is flat. Errors name the file. Not thread-safe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "loadgen/trace/trace_reader.h"

namespace ringlab {

class TraceWriter {
 public:
  // Makes `file` anew, or takes what it had away. What is there before Finish() is a part.
  static Result<std::unique_ptr<TraceWriter>> Create(const std::string& file, TraceFormat format);

  ~TraceWriter();
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  // Of a record's `count`, as many requests; kOutOfRange for a time that traces cannot say. `id` is
  // the key where the format knows numbers alone, and `key` its text. oracleGeneral has no removes:
  // they are left out. A size there is 4 GiB less a byte at most.
  Result<void> Write(const TraceRecord& record);

  // Completes the file, once. Nothing is written after that.
  Result<void> Finish();

  // Requests.
  std::uint64_t written() const { return written_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  TraceWriter(std::string name, std::FILE* file, TraceFormat format);

  void AppendCsv(const TraceRecord& record);
  void AppendTwitter(const TraceRecord& record);
  void AppendKvcache(const TraceRecord& record);
  void AppendOracle(const TraceRecord& record);
  Result<void> Flush();
  Result<void> FillInNext();
  tl::unexpected<Error> Failed(const char* what) const;

  const std::string name_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  const TraceFormat format_;
  std::string buffer_;
  std::uint64_t written_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace ringlab
