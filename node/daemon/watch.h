// Watch: what two looks at a node, one after the other, tell whoever runs it: that its ring is
// another, which peers fail, and that it turns calls away.
//
// Looks come once a second or so; a trouble that lasts is told once, and what is counted at most
// every kLooksBetween looks. For one thread. What happens often belongs to metrics, not here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/group/other_rings.h"
#include "core/guard/circuits.h"
#include "node/live/said.h"

namespace ringlab {

// What is seen in one look.
struct Sight {
  std::vector<std::string> ring = {};   // the nodes on it
  std::vector<PeerStats> peers = {};    // who was called; only those on the ring are told of
  std::uint64_t callers_refused = 0;    // up to now, at the limit of calls in flight
  std::uint64_t peers_refused = 0;      // likewise of those that peers sent
  std::uint64_t fallbacks_refused = 0;  // loads that were not made in a dead owner's place
  std::uint64_t source_errors = 0;      // loads that the source failed
  std::string source_why = {};          // the last of them, in the source's words
  std::uint64_t other_rings = 0;        // requests of peers that route by another ring
  OtherRings::Last other_ring = {};     // the last of them
  std::uint64_t fingerprint = 0;        // of this node's ring
  std::int64_t unix_now = 0;            // seconds since 1970
  std::optional<std::int64_t> certificate_ends = {};  // likewise
};

class Watch {
 public:
  static constexpr int kLooksBetween = 10;

  explicit Watch(Sight first) : last_(std::move(first)), told_(last_) {}

  std::vector<Said> Look(Sight now);

 private:
  std::vector<Said> Refusals(const Sight& now);
  std::string OtherRings(const Sight& now);
  std::string Certificate(const Sight& now);

  Sight last_;
  Sight told_;  // up to which refusals were told
  int looks_since_told_ = kLooksBetween;
  int looks_with_other_rings_ = 0;  // since the ring changed
  std::string other_ring_told_;     // the node
  std::int64_t certificate_told_at_ = 0;
};

}  // namespace ringlab
