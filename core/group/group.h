// Group: a named cache in front of a source, spread over the nodes of a ring.
//
// The story of a Get is in group.cc. Thread-safe and asynchronous: nothing blocks, and `done` runs
// exactly once, on whichever thread had the answer.
//
// Lifetime: source and transport end before the group does, the scheduler and the membership after
// it; so nothing calls back into a group that is gone, and whoever still waits then is answered.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/scheduler.h"
#include "core/group/claims.h"
#include "core/group/counts.h"
#include "core/group/flights.h"
#include "core/group/options.h"
#include "core/group/other_rings.h"
#include "core/group/set_hot.h"
#include "core/group/stats.h"
#include "core/ring/membership.h"
#include "core/source/source.h"
#include "core/transport.h"
#include "core/types.h"

namespace ringlab {

class Group {
 public:
  struct Deps {
    const Membership& membership;
    Transport& transport;
    Source& source;
    Scheduler& scheduler;
  };

  Group(GroupOptions options, Deps deps);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // Errors: kInvalidArgument for an empty key, kNotFound when the source has none,
  // kDeadlineExceeded at request.deadline, kResourceExhausted at a limit, kUnavailable or kInternal
  // when the load failed.
  void Get(const GetRequest& request, GetCallback done);

  // A Get of each key, in their order, with one call to each owner of those that are not here. All
  // kInvalidArgument for no key or more than batch_keys_max, kOutOfRange above batch_bytes_max.
  void GetMany(const GetManyRequest& request, GetManyCallback done);

  // What is wrong with a batch of so many keys, or "".
  std::string ComplaintAboutBatch(std::size_t keys) const;
  // Makes `value` the key's, at the owner, within one hop. No load that was under way overwrites
  // it, and whoever Gets here or there afterwards sees it, until it expires or is evicted. On third
  // nodes a Get may still see what was before: for hot_ttl a copy of a hot key, and for as long as
  // a load takes a load that began before. Errors: kInvalidArgument for an empty key, a key or
  // value over its limit or too large for its owner's budget, a ttl below 0; kUnavailable when the
  // owner cannot be reached, or be sure that it is the owner: a write falls back on nobody.
  void Set(const SetRequest& request, WriteCallback done);

  // Forgets the key in the same way; the next Get loads it.
  void Remove(const RemoveRequest& request, WriteCallback done);

  // What a key's former owner still has in memory; at once. Counted apart from the Gets.
  void Peek(const GetRequest& request, PeekCallback done);
  // Others may have written: what this node holds of keys that are another's is answered no more.
  void Distrust() { claims_.NoteWrites(); }
  bool written() const { return claims_.written(); }

  // Drops what this node has of keys that are another's now, one part of its memory at a time, from
  // 0: true when there are more. After a hand-over, and before a change that comes earlier.
  bool ForgetDisowned(std::size_t part);

  // The bytes of all that it keeps, from now on. False, and nothing changes, for too few.
  bool SetBytes(std::size_t bytes) { return layers_.SetBytes(bytes); }

  // The node stops: whoever waits for a load, or would, is told kUnavailable: to ask elsewhere.
  void GiveUpLoads() { flights_.Close(); }

  const std::string& name() const { return options_.name; }
  GroupStats stats() const;
  const Layers& layers() const { return layers_; }
  const OtherRings& other_rings() const { return other_rings_; }
  // The hottest keys that this node owns, as peers ask for them: at most `k`.
  std::vector<HotKey> HotKeysNow(std::size_t k) const;

 private:
  class SourceLoad;
  class PeerLoad;
  class Batch;

  // A Get that is not answered yet and that nobody else is loading; `view` is empty without one.
  struct Lead {
    Flight flight;
    std::shared_ptr<const RingView> view;
    NodeIndex owner = kNoNode;
    bool at_source = false;  // the request may travel no further
  };

  Lead Begin(const GetRequest& request, GetCallback done);
  void CountMiss(const GetRequest& request);
  bool FindHere(const GetRequest& request, std::uint64_t hash, GetCallback& done);
  bool FindForPeer(const GetRequest& request, std::uint64_t hash, GetCallback& done);
  std::optional<Error> Refusal(const GetRequest& request, std::uint64_t hash);
  void Refresh(const GetRequest& request, std::uint64_t hash);
  void LoadFromSource(Flight flight);
  void LoadFromPeer(const RingView& view, NodeIndex owner, Flight flight);
  void LoadManyFromPeer(std::shared_ptr<const RingView> view, NodeIndex owner,
                        std::vector<Flight> flights);
  void LandFromPeer(Result<GetReply> reply, Flight flight);
  void FallBack(Error peer_error, Flight flight);
  void Load(SourceLoad load);

  // In handover.cc and doubt.cc.
  void LoadAsOwner(const RingView& view, Flight flight);
  void Peek(const std::string& node, std::uint64_t ring_fingerprint, Flight flight);
  void LandPeek(const Result<PeekReply>& reply, Flight flight);
  void AwaitWord(Flight flight, Duration wait = std::chrono::milliseconds(1));
  void Resume(Flight flight);

  // In write.cc.
  std::string Complaint(const SetRequest& request, bool lands_here) const;
  WriteCallback Forwarded(std::string_view key, WriteCallback done);
  void Apply(const SetRequest& request, const RingView& view, NodeIndex owner);
  bool RefuseInDoubt(std::string_view key, WriteCallback& done);
  void Forget(std::string_view key);

  // In hot_copies.cc. The offer: how many Gets a minute there are, how long a copy may be kept.
  std::pair<double, Duration> OfferTo(const GetRequest& request, std::uint64_t hash);
  void KeepCopy(const GetReply& reply, const Flight& flight);
  void Invalidate(std::string_view key, std::uint64_t hash);

  const GroupOptions options_;
  const Deps deps_;
  Layers layers_;
  std::unique_ptr<HotKeys> hot_keys_;  // and the holders: with HotCopies::kByRate alone
  std::unique_ptr<Holders> holders_;
  RetryBudget fallback_budget_;
  Claims claims_;
  std::atomic<std::uint64_t> replies_{0};
  SetHot set_hot_;
  GroupCounts counts_;
  std::atomic<std::uint32_t> fallbacks_under_way_{0};
  OtherRings other_rings_;
  Flights flights_;  // last: its end answers whoever still waits
};

}  // namespace ringlab
