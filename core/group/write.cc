// The story of a write: to the owner within one hop, and past every load of the key.
#include <utility>

#include "core/base/hash.h"
#include "core/group/group.h"

namespace ringlab {

// A write is applied by the owner, or by whoever was taken for it: it takes one hop and ends, also
// where two nodes disagree about the ring.
void Group::Set(const SetRequest& request, WriteCallback done) {
  counts_.sets.Add();
  const auto view = deps_.membership.Snapshot();
  other_rings_.Compare(request.origin, request.ring_fingerprint, view->ring->fingerprint());
  const NodeIndex owner = view->ring->OwnerOf(request.key);
  const bool lands_here = request.hop == Hop::kPeer || view->IsSelf(owner);
  if (std::string wrong = Complaint(request, lands_here); !wrong.empty()) {
    counts_.writes_invalid.Add();
    return done(Fail(Code::kInvalidArgument, std::move(wrong)));
  }
  if (lands_here) {
    if (RefuseInDoubt(request.key, done)) return;
    Apply(request, *view, owner);
    return done({});
  }
  SetRequest forwarded = request;
  forwarded.hop = Hop::kPeer;
  forwarded.group = options_.name;
  forwarded.origin = deps_.membership.self_name();
  forwarded.ring_fingerprint = view->ring->fingerprint();
  deps_.transport.Set(view->owner_name(owner), forwarded, Forwarded(request.key, std::move(done)));
}

void Group::Remove(const RemoveRequest& request, WriteCallback done) {
  counts_.removes.Add();
  if (request.key.empty() || request.key.size() > options_.key_bytes_max) {
    counts_.writes_invalid.Add();
    return done(Fail(Code::kInvalidArgument, KeyComplaint(request.key, options_.key_bytes_max)));
  }
  if (request.copies_only) {
    counts_.copies_dropped.Add();
    if (!claims_.IsNewer(request.key, HashKey(request.key))) Forget(request.key);
    return done({});
  }
  const auto view = deps_.membership.Snapshot();
  const NodeIndex owner = view->ring->OwnerOf(request.key);
  if (request.hop == Hop::kPeer || view->IsSelf(owner)) {
    if (RefuseInDoubt(request.key, done)) return;
    counts_.writes_applied.Add();
    const std::uint64_t hash = HashKey(request.key);
    Forget(request.key);
    claims_.NoteWrite(*view, owner, hash);
    set_hot_.Mark(request.key, hash, false);
    Invalidate(request.key, hash);
    return done({});
  }
  RemoveRequest forwarded = request;
  forwarded.hop = Hop::kPeer;
  forwarded.group = options_.name;
  forwarded.origin = deps_.membership.self_name();
  forwarded.ring_fingerprint = view->ring->fingerprint();
  deps_.transport.Remove(view->owner_name(owner), forwarded,
                         Forwarded(request.key, std::move(done)));
}

// A value that its part of the memory cannot hold is refused before anything is done for it: its
// writer must not be told that it is stored, and what was there stays.
std::string Group::Complaint(const SetRequest& request, bool lands_here) const {
  if (request.key.empty() || request.key.size() > options_.key_bytes_max) {
    return KeyComplaint(request.key, options_.key_bytes_max);
  }
  if (request.value.size() > options_.value_bytes_max) {
    return "set \"" + std::string(request.key) + "\": a value of " +
           std::to_string(request.value.size()) + " bytes; accepted: up to " +
           std::to_string(options_.value_bytes_max);
  }
  if (request.ttl < Duration::zero()) {
    return "set \"" + std::string(request.key) +
           "\": it would have expired already; accepted: a "
           "time to live above 0, or 0 for the default";
  }
  const std::size_t bytes = request.key.size() + request.value.size();
  if (lands_here && bytes > layers_.set_bytes_max()) {
    return "set \"" + std::string(request.key) + "\": key and value of " + std::to_string(bytes) +
           " bytes; group " + options_.name + " has the memory for up to " +
           std::to_string(layers_.set_bytes_max());
  }
  return "";
}

// What this node has of the key is older than what the owner has from now on: it goes before the
// writer is told, so that the writer reads its own write here too.
WriteCallback Group::Forwarded(std::string_view key, WriteCallback done) {
  counts_.writes_forwarded.Add();
  return [this, key = std::string(key), done = std::move(done)](Result<void> reply) mutable {
    (reply ? counts_.writes_forwarded_ok : counts_.writes_forwarded_failed).Add();
    Forget(key);  // after a failure too: who knows whether it was applied
    if (!reply) return done(tl::unexpected<Error>(AsCallersSee(std::move(reply.error()))));
    done(std::move(reply));
  };
}

// First no load may store what it brings, then the value is stored: so no load can overwrite it.
void Group::Apply(const SetRequest& request, const RingView& view, NodeIndex owner) {
  counts_.writes_applied.Add();
  const std::uint64_t hash = HashKey(request.key);
  flights_.Supersede(request.key, hash);
  claims_.NoteWrite(view, owner, hash);
  layers_.Set(request.key, hash, request.value, request.ttl);
  set_hot_.Mark(request.key, hash, request.hot);
  Invalidate(request.key, hash);
}

bool Group::RefuseInDoubt(std::string_view key, WriteCallback& done) {
  if (!claims_.WritesInDoubt()) return false;
  counts_.writes_in_doubt.Add();
  done(tl::unexpected<Error>(claims_.DoubtAbout(key)));
  return true;
}

void Group::Forget(std::string_view key) {
  const std::uint64_t hash = HashKey(key);
  claims_.NoteWrites();
  flights_.Supersede(key, hash);
  layers_.Forget(key, hash);
}

}  // namespace ringlab
