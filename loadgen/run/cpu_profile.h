// CpuProfile: where the nodes' CPU time went while a run was measured, by Linux' perf.
//
// Blocks while perf starts and while its samples are read. Not thread-safe. The samples are in a
// folder of their own until the end, which removes it.
#pragma once

#include <sys/types.h>

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

  // The flame graph of what was seen, an SVG file. Once. kUnavailable with what perf said.
  Result<std::string> End(const std::string& title);

 private:
  CpuProfile(std::string perf, std::map<int, std::string> processes, std::string folder)
      : program_(std::move(perf)), processes_(std::move(processes)), folder_(std::move(folder)) {}

  const std::string program_;

  const std::map<int, std::string> processes_;
  const std::string folder_;
  std::unique_ptr<ChildProcess> perf_;
};

}  // namespace ringlab
