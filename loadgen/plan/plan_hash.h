// PlanHash: whether two plans are the same.
#pragma once

#include <cstdint>
#include <string>

#include "loadgen/plan/planned_request.h"

namespace ringlab {

// 64 bits over a plan's (intended time, key, operation, size of the batch), in plan order. The
// further keys of a batch follow from the seed and the rest. Sizes of values are not in it: they
// are the source's, or a trace's.
class PlanHash {
 public:
  void Add(const PlannedRequest& request);

  std::uint64_t value() const;
  std::string ToString() const;  // 16 lower-case hex digits

  // Over keys, operations and sizes of batches alone: the same for one order of requests, at
  // whatever times they are due, and in whatever format a trace of them is kept.
  std::string OrderToString() const;

  friend bool operator==(const PlanHash&, const PlanHash&) = default;

 private:
  std::uint64_t state_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace ringlab
