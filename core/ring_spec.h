// RingSpec: which ring, as a flag or a file says it, and the one place that builds it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/ring.h"

namespace ringlab {

// Points of one node, and of a whole ring: about 3 GB at the second limit.
inline constexpr std::uint32_t kMaxReplicas = 1'000'000;
inline constexpr std::uint64_t kMaxRingPoints = std::uint64_t{1} << 27;

struct RingSpec {
  std::string dialect = "xx64";
  std::uint32_t replicas = 160;

  friend bool operator==(const RingSpec&, const RingSpec&) = default;
};

// The dialects that BuildRing accepts, ascending. Static storage.
std::vector<std::string_view> RingDialects();

// The ring of these nodes, whose order does not matter. INVALID_ARGUMENT, with what is accepted:
// an unknown dialect, replicas of 0 or above kMaxReplicas, no nodes, an empty name, a name that
// comes twice, a weight that is not above 0, or more than kMaxRingPoints points.
Result<std::shared_ptr<const Ring>> BuildRing(const RingSpec& spec, std::vector<RingNode> nodes);

}  // namespace ringlab
