// Ring: who owns a key. The one question every node, load generator and simulation must answer
// alike.
//
// A ring is immutable and so safe to read from any thread; a change of nodes is a new ring
// (core/membership.h swaps it in). It knows nodes by *name*: the name is a node's place on the
// ring, and its address lives elsewhere, so a cluster on other ports keeps its key placement. Build
// one with BuildRing (core/ring_spec.h). Each kind of ring has a file of its own:
// core/point_ring.h.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ringlab {

// A node's position in Ring::nodes(). It means nothing on another ring.
using NodeIndex = std::uint32_t;

inline constexpr NodeIndex kNoNode = std::numeric_limits<NodeIndex>::max();

class Ring {
 public:
  virtual ~Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // Any bytes are a key, the empty string included.
  virtual NodeIndex OwnerOf(std::string_view key) const = 0;

  // The fraction of the key space each node owns, in the order of nodes(); the sum is 1 within
  // rounding. Computed from the ring itself, never sampled.
  virtual std::vector<double> Shares() const = 0;

  // Names, unique, ascending by bytes, at least one.
  const std::vector<std::string>& nodes() const { return nodes_; }

  // The index of a name, or kNoNode. O(log nodes).
  NodeIndex IndexOf(std::string_view name) const;

  const std::string& dialect() const { return dialect_; }
  std::uint32_t replicas() const { return replicas_; }

  // A 64-bit hash of dialect, replicas and names. Two nodes whose rings have equal fingerprints
  // agree on the owner of every key; it goes over the wire to find those that do not.
  std::uint64_t fingerprint() const { return fingerprint_; }

 protected:
  // The names may come in any order, which leaves no trace: they are sorted here. They must be
  // unique and at least one (checked; BuildRing turns a caller's mistakes into errors before).
  Ring(std::string_view dialect, std::uint32_t replicas, std::vector<std::string> names);

 private:
  std::string dialect_;
  std::uint32_t replicas_;
  std::vector<std::string> nodes_;
  std::uint64_t fingerprint_;
};

}  // namespace ringlab
