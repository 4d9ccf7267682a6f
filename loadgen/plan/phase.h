// A phase of a driver, and its requests.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/ring/ring.h"
#include "loadgen/plan/operation.h"

namespace ringlab {

// A stretch of the plan, [begin, end), that begins at `start`, and the intervals of its TimeSeries;
// 0 for none. It may have parts whose figures are kept apart as well: where each ends, from the
// start, in rising order; the last ends with the phase.
struct Phase {
  TimePoint start;
  Duration begin;
  Duration end;
  Duration interval = {};
  std::shared_ptr<const std::vector<Duration>> part_ends = nullptr;

  std::size_t parts() const { return part_ends ? part_ends->size() : 0; }
};

// What the answer's accounting needs of a request. A batch is told by its first key.
struct SentRequest {
  std::uint64_t key_index = 0;
  std::string_view key = {};  // its text, which lives as long as the request
  TimePoint intended{};
  TimePoint sent{};  // handed to the transport; in the books, when it was on the wire
  NodeIndex owner = kNoNode;
  NodeIndex asked = 0;        // the node that it is sent to
  std::uint32_t version = 0;  // of a write
  Operation operation = Operation::kGet;
};

// What only its beginning counts: the popularity of its first key, and how many it has.
struct AskedKeys {
  std::uint64_t rank = 1;
  std::uint64_t keys = 1;
};

}  // namespace ringlab
