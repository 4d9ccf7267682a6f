// Membership: this node's view of the cluster, replaced as a whole and never edited.
//
// A request takes one Snapshot() and decides everything by it, so it never sees half a change. A
// snapshot stays valid for as long as its holder keeps it. Thread-safe: a lock is held while a
// shared_ptr is copied or swapped, nothing else; a ring is built and destroyed outside it.
// (std::atomic<std::shared_ptr> would need no lock of ours, but libstdc++ 12's is not clean under
// ThreadSanitizer.)
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/sync.h"
#include "core/base/time.h"
#include "core/ring/ring.h"

namespace ringlab {

struct RingView {
  std::shared_ptr<const Ring> ring;  // never null
  std::uint64_t epoch;               // 1, then one more with every Swap; of this process only
  NodeIndex self;                    // kNoNode when this node is not on the ring

  // The ring before, for as long as its owners are worth asking; null when they are not.
  std::shared_ptr<const Ring> former;
  TimePoint former_until;

  // Callers' Gets that missed the cache, by the owner to whom this view sent them.
  std::unique_ptr<std::atomic<std::uint64_t>[]> routed;  // in the order of ring->nodes()

  void CountRouted(NodeIndex owner) const { routed[owner].fetch_add(1, std::memory_order_relaxed); }

  const std::string& owner_name(NodeIndex owner) const { return ring->nodes()[owner]; }
  bool IsSelf(NodeIndex owner) const { return owner == self; }
};

class Membership {
 public:
  // `self_name` is this node's name, whether or not it is on the ring. The ring must not be null.
  Membership(std::string self_name, std::shared_ptr<const Ring> ring);

  std::shared_ptr<const RingView> Snapshot() const RL_EXCLUDES(mutex_);

  // Later snapshots see this ring. It must not be null. Who owned a key on the `former` ring may be
  // asked for it until then (core/group/handover.cc).
  void Swap(std::shared_ptr<const Ring> ring, std::shared_ptr<const Ring> former = nullptr,
            TimePoint former_until = {}) RL_EXCLUDES(mutex_);

  // Until when this node can be sure that its peers have it on their rings: later, somebody else
  // may have owned its keys, and have taken writes for them. kNever where nobody can take it off.
  // A write must be surer than a read: where nobody has missed this node, but not everybody could
  // be asked, what it holds is its best answer, and what it takes may be lost.
  void SureUntil(TimePoint reads, TimePoint writes) {
    sure_until_.store(reads, std::memory_order_relaxed);
    writes_until_.store(writes, std::memory_order_relaxed);
  }
  TimePoint sure_until() const { return sure_until_.load(std::memory_order_relaxed); }
  TimePoint writes_until() const { return writes_until_.load(std::memory_order_relaxed); }

  const std::string& self_name() const { return self_name_; }

 private:
  const std::string self_name_;
  std::atomic<TimePoint> sure_until_{kNever};
  std::atomic<TimePoint> writes_until_{kNever};
  mutable Mutex mutex_;
  std::shared_ptr<const RingView> view_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
