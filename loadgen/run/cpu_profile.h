// CpuProfile: where the nodes' CPU time went while a run was measured, by Linux' perf.
//
// Blocks while perf starts, while it ends, and while its samples are read. Not thread-safe. The
// samples are in a folder of their own until the end, which removes it; they grow by a megabyte or
// so for each second of CPU time, up to kSampleBytesMax. What comes after that is not in the graph,
// which says so.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "node/live/child_process.h"

namespace ringlab {

class CpuProfile {
 public:
  // Where perf is on this machine. kUnavailable with what would be needed.
  static Result<std::string> FindPerf();

  // Of these processes, by names for people. kUnavailable with what perf said.
  static Result<std::unique_ptr<CpuProfile>> Begin(const std::map<int, std::string>& processes);
  ~CpuProfile();
  CpuProfile(const CpuProfile&) = delete;
  CpuProfile& operator=(const CpuProfile&) = delete;

  // Takes no more samples.
  void Stop();

  // After Stop: the flame graph of what was seen, an SVG file; of the first samples, if reading
  // them all takes longer than `patience`. kUnavailable with what perf said.
  Result<std::string> Draw(const std::string& title, Duration patience);

  static constexpr std::uint64_t kSampleBytesMax = std::uint64_t{512} << 20;

 private:
  CpuProfile(std::string perf, std::map<int, std::string> processes, std::string folder)
      : program_(std::move(perf)), processes_(std::move(processes)), folder_(std::move(folder)) {}

  const std::string program_;

  const std::map<int, std::string> processes_;
  const std::string folder_;
  std::unique_ptr<ChildProcess> perf_;
  bool is_stopped_ = false;
  bool is_cut_ = false;  // perf ended by itself: it had too many samples, or its nodes were gone
};

}  // namespace ringlab
