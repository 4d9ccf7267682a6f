// Claims: what a node may answer of a key as its owner, and whom it asks before the source.
//
// The ring says whose a key is. Whether this node can be sure of the ring, whether what it holds
// may have been overwritten elsewhere, and whether the key's former owner knows more, is said here.
// Thread-safe. Membership and scheduler outlive it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "core/group/peeks.h"
#include "core/ring/membership.h"

namespace ringlab {

class Claims {
 public:
  Claims(const Membership& membership, const Scheduler& scheduler, std::uint32_t peeks_in_vain_max)
      : membership_(membership), scheduler_(scheduler), peeks_(peeks_in_vain_max) {}

  // Perhaps this node is on its peers' rings no longer. One load where no lease says who is.
  bool InDoubt() const { return IsOver(membership_.sure_until()); }
  bool WritesInDoubt() const { return IsOver(membership_.writes_until()); }
  Error DoubtAbout(std::string_view key) const;

  // Somebody has written to the group, here or, as far as this node knows, elsewhere.
  void NoteWrites() { written_.store(true); }
  bool written() const { return written_.load(std::memory_order_relaxed); }

  // Another's key, in a group that is written to: what is held of it may be out of date. Groups
  // that are only read pay one load.
  bool IsDisowned(std::string_view key) const { return written() && !IsOurs(key); }
  bool IsDisowned(const RingView& view, NodeIndex owner) const {
    return written() && !view.IsSelf(owner);
  }

  // Who owned this key of ours before the last change, and may have it; null for nobody, and where
  // asking is in vain. `hash` = HashKey(key). The answer is to be told.
  const std::string* AskFirst(const RingView& view, std::string_view key, std::uint64_t hash);
  void Asked(bool found) { peeks_.Report(found); }

  // A key has been written here. What its former owner has of it is older; and if it is another's
  // by this ring, the writer's may be a later one.
  void NoteWrite(const RingView& view, NodeIndex owner, std::uint64_t hash);

  // This node owns the key and has taken a write of it since the ring changed: what others had of
  // it is older.
  bool IsNewer(std::string_view key, std::uint64_t hash);

  // What this node holds of a key is to go: it is another's. `hash` = HashKey(key).
  bool IsToGo(const RingView& view, std::string_view key, std::uint64_t hash) {
    return !view.IsSelf(view.ring->OwnerOf(key)) && !peeks_.IsAhead(hash, view.epoch);
  }

 private:
  bool IsOver(TimePoint until) const { return until != kNever && scheduler_.Now() >= until; }
  bool IsOurs(std::string_view key) const;
  bool IsHandover(const RingView& view) const {
    return view.former != nullptr && view.former_until > scheduler_.Now();
  }

  const Membership& membership_;
  const Scheduler& scheduler_;
  Peeks peeks_;
  std::atomic<bool> written_{false};
};

}  // namespace ringlab
