// What `perf script -F pid,ip,sym,dso` prints, as stacks. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "results/html/draw/flame_graph.h"

namespace ringlab {

// Takes the lines one by one, so that a long profile is never in memory as a whole: stacks that are
// alike are kept once. Each stands under the name of its process, whose threads are one. A frame
// without a symbol has the name of its file, "[libcrypto.so.3]", or is "[unknown]"; several of one
// file in a row are one. Samples of other processes, and lines that are none of the format's, are
// passed over. Not thread-safe.
class PerfStacks {
 public:
  // By process id, for people.
  explicit PerfStacks(std::map<int, std::string> names) : names_(std::move(names)) {}

  void Take(std::string_view line);

  // Of the samples so far, the one that goes on included. Sorted, so that runs look alike.
  std::vector<html::Stack> Stacks();

 private:
  void EndSample();

  const std::map<int, std::string> names_;
  std::map<std::vector<std::string>, std::uint64_t> samples_;
  // Of the sample that goes on.
  std::vector<std::string> frames_;  // from the one that ran
  const std::string* process_ = nullptr;
};

}  // namespace ringlab
