// FailureCounts: requests that failed, by code and by the node that was asked, each in one cell.
//
// In memory for the cells that occur: codes x nodes at most. Not thread-safe; mergeable.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/base/result.h"
#include "core/ring/ring.h"

namespace ringlab {

class FailureCounts {
 public:
  using Cell = std::pair<Code, NodeIndex>;

  void Count(Code code, NodeIndex asked, std::uint64_t requests = 1) {
    if (requests > 0) cells_[{code, asked}] += requests;
  }

  void Merge(const FailureCounts& other) {
    for (const auto& [cell, requests] : other.cells_) cells_[cell] += requests;
  }

  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto& [cell, requests] : cells_) sum += requests;
    return sum;
  }

  // By code, then by node.
  const std::map<Cell, std::uint64_t>& cells() const { return cells_; }

 private:
  std::map<Cell, std::uint64_t> cells_;
};

// Requests that failed with one code at one node, which was asked.
struct FailureResult {
  Code code;
  std::string node;
  std::uint64_t requests = 0;
};

}  // namespace ringlab
