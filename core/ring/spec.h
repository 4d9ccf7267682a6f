// RingSpec: which ring, as a flag or a file says it; the kinds of rings; and the one place that
// builds them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/ring/point_counts.h"
#include "core/ring/ring.h"

namespace ringlab {

// The dialect is the name of a kind of ring, and for those that have one a parameter may follow a
// colon: "maglev:655373", "mpch:11", "anchor:100". Kinds that know no replicas ignore them.
struct RingSpec {
  std::string dialect = "xx64";
  std::uint32_t replicas = 160;

  friend bool operator==(const RingSpec&, const RingSpec&) = default;
};

// Where the shares of a kind of ring come from, which decides what theory can expect of them.
enum class Ownership : std::uint8_t {
  kPoints,  // arcs between points that hashes place: random for a good hash
  kProbes,  // one random point a node, and the best of several probes
  kTable,   // entries of a table that nodes take in turns
  kEven,    // the weights' shares by construction: only the sample of keys is random
};

struct RingKind {
  std::string_view name;
  Ownership ownership;
  bool uses_replicas;
  bool has_weights;
  std::string_view parameter;  // what the parameter is; empty where there is none
};

// Every kind, ascending by name. Static storage.
std::vector<const RingKind*> RingKinds();

// The kind that a dialect names, whatever parameter stands behind it; null when there is none.
const RingKind* FindRingKind(std::string_view dialect);

// The names of the kinds, ascending. Static storage.
std::vector<std::string_view> RingDialects();

// The ring of these nodes, whose order does not matter. INVALID_ARGUMENT, with what is accepted:
// an unknown dialect, a parameter that is no number, out of range or not known there, replicas of 0
// or above kMaxReplicas, no nodes, an empty name, a name that comes twice, a weight out of
// range or one that the kind cannot give effect to, or more than kMaxRingPoints points.
Result<std::shared_ptr<const Ring>> BuildRing(const RingSpec& spec, std::vector<RingNode> nodes);

}  // namespace ringlab
