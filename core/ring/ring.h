// Ring: who owns a key. The one question every node, load generator and simulation must answer
// alike.
//
// A ring is immutable and so safe to read from any thread; a change of nodes is a new ring
// (core/ring/membership.h swaps it in). It knows nodes by *name*: the name is a node's place on the
// ring, and its address lives elsewhere, so a cluster on other ports keeps its key placement. Build
// one with BuildRing (core/ring/spec.h), which lists the kinds. Each has a file of its own:
// core/ring/point_ring.h, jump.h, rendezvous.h, maglev.h, multi_probe.h and
// anchor.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/ring/partition.h"

namespace ringlab {

// What a weight may be, so that no sum or quotient of weights leaves the range of a double.
inline constexpr double kMinWeight = 1e-6;
inline constexpr double kMaxWeight = 1e6;

// A node as a ring knows it. The weight says how much of the key space it should own, against the
// weights of the others; from kMinWeight to kMaxWeight, and 1 where the kind knows no weights.
struct RingNode {
  std::string name;
  double weight = 1;

  friend bool operator==(const RingNode&, const RingNode&) = default;
};

// Nodes of weight 1.
std::vector<RingNode> EqualNodes(const std::vector<std::string>& names);

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

  // The ring as arcs of its hash space; absent where an owner is not a function of one hash, and
  // ownership is exact in expectation only.
  virtual std::optional<Partition> Arcs() const { return std::nullopt; }

  // The ring after one change. An error, saying why, when the kind of ring cannot make it: a name
  // that is there already or is not, a node that may not leave, a weight where none is known.
  virtual Result<std::shared_ptr<const Ring>> With(const RingNode& node) const = 0;
  virtual Result<std::shared_ptr<const Ring>> Without(std::string_view name) const = 0;

  // What the ring holds in memory, about.
  virtual std::size_t bytes() const = 0;

  // Names, unique, ascending by bytes, at least one.
  const std::vector<std::string>& nodes() const { return nodes_; }

  // In the order of nodes().
  const std::vector<double>& weights() const { return weights_; }

  // The index of a name, or kNoNode. O(log nodes).
  NodeIndex IndexOf(std::string_view name) const;

  // The kind of ring, with its parameter behind a colon unless that is the kind's default.
  const std::string& dialect() const { return dialect_; }

  // Points of a node of weight 1; 1 where the kind of ring knows no replicas.
  std::uint32_t replicas() const { return replicas_; }

  // A 64-bit hash of dialect, replicas, names and weights, and of the history where that decides
  // owners (anchor). Two nodes whose rings have equal fingerprints agree on the owner of every key;
  // it goes over the wire to find those that do not.
  std::uint64_t fingerprint() const { return fingerprint_; }

 protected:
  // Which weights a kind of ring can give effect to.
  enum class Weights { kAny, kOne };

  // The nodes may come in any order, which leaves no trace: they are sorted here by name. Names
  // must be unique and at least one (checked; BuildRing turns a caller's mistakes into errors
  // before). `state` goes into the fingerprint: what decides owners beside the nodes.
  Ring(std::string_view dialect, std::uint32_t replicas, std::vector<RingNode> nodes,
       std::span<const std::uint64_t> state = {});

  // The nodes after a change, for With and Without.
  Result<std::vector<RingNode>> NodesWith(const RingNode& node,
                                          Weights accepted = Weights::kAny) const;
  Result<std::vector<RingNode>> NodesWithout(std::string_view name) const;

  // 1 / nodes for each: the Shares of a ring that is even by construction.
  std::vector<double> EqualShares() const;

 private:
  std::string dialect_;
  std::uint32_t replicas_;
  std::vector<std::string> nodes_;
  std::vector<double> weights_;
  std::uint64_t fingerprint_;
};

}  // namespace ringlab
