// The story of a doubt: this node has had no word for longer than its lease, so its peers may have
// taken it off their rings, and somebody else may own its keys and take writes for them.
//
// Whoever keeps the membership asks at once (node/cluster/tenure.h). Until it has heard, a Get of a
// key that is ours waits, and a write is refused: what we hold may have been overwritten, and what
// we took might be lost.
#include <algorithm>
#include <utility>

#include "core/group/group.h"

namespace ringlab {

namespace {

constexpr Duration kLongestWait = std::chrono::milliseconds(64);

}  // namespace

// The flight's own deadline ends a wait that is too long.
void Group::AwaitWord(Flight flight, Duration wait) {
  counts_.doubted.Add();
  deps_.scheduler.RunAt(
      SaturatingAdd(deps_.scheduler.Now(), wait),
      [this, wait, flight = std::make_shared<Flight>(std::move(flight))]() mutable {
        if (!claims_.InDoubt()) return Resume(std::move(*flight));
        AwaitWord(std::move(*flight), std::min(2 * wait, kLongestWait));
      });
}

// The key is ours still, or it is not and its owner may have it in memory. To ask that one for more
// might close a circle of nodes that wait for one another.
void Group::Resume(Flight flight) {
  const auto view = deps_.membership.Snapshot();
  const NodeIndex owner = view->ring->OwnerOf(flight.key());
  if (!view->IsSelf(owner)) {
    return Peek(view->owner_name(owner), view->ring->fingerprint(), std::move(flight));
  }
  if (std::optional<GetReply> hit = layers_.FindAgain(flight.key(), flight.key_hash())) {
    counts_.late_hits.Add();
    return flight.Land(*std::move(hit));
  }
  LoadAsOwner(*view, std::move(flight));
}

}  // namespace ringlab
