// The story of a node's place in its cluster: it joins, hears of others, and leaves.
#include <algorithm>
#include <future>
#include <set>
#include <string_view>
#include <utility>

#include "node/node.h"

namespace ringlab {

namespace {

std::vector<std::string> NamesOf(const std::vector<Peer>& peers) {
  std::vector<std::string> names;
  for (const Peer& peer : peers) names.push_back(peer.name);
  return names;
}

// The nodes whom the wire reaches, or those whom HTTP does.
std::vector<Peer> PeersOver(bool http, const std::vector<Peer>& peers) {
  std::vector<Peer> some;
  for (const Peer& peer : peers) {
    if (peer.over_http() == http) some.push_back(peer);
  }
  return some;
}

bool IsAlone(const Ring& ring, const std::string& name) {
  return ring.nodes().size() == 1 && ring.nodes().front() == name;
}

}  // namespace

Result<void> Node::SetPeers(const std::vector<Peer>& peers) {
  auto ring = BuildRing(options_.ring, EqualNodes(NamesOf(peers)));
  if (!ring) return tl::unexpected<Error>(ring.error());
  std::set<std::string> missed;  // the list that this node has had until now lacked them
  for (const Peer& peer : peers) missed.insert(peer.name);
  const std::vector<Peer> reachable = Reachable(peers, missed);
  if (auto joined =
          Join({*std::move(ring), BookOf(*runtime_->links, PeersOver(/*http=*/false, reachable)),
                PeersOver(/*http=*/true, reachable)});
      !joined) {
    return joined;
  }
  if (!options_.announce) return {};
  {
    MutexLock lock(joining_);
    roster_.SetPeers(peers);
  }
  // Waits for calls that others answer under their lock.
  announcer_.SayServing(NamesOf(PeersOver(/*http=*/false, peers)), missed);
  return {};
}

// With whom the list had before: a peer that leaves has what it had, and is peeked at. Of `missed`,
// the names of all, those stay that an earlier list lacked.
std::vector<Peer> Node::Reachable(const std::vector<Peer>& peers, std::set<std::string>& missed) {
  MutexLock lock(joining_);
  std::vector<Peer> reachable = peers;
  const std::set<std::string> names = missed;
  if (former_peers_.empty()) missed.clear();
  for (const Peer& former : former_peers_) {
    missed.erase(former.name);
    if (!names.contains(former.name)) reachable.push_back(former);
  }
  former_peers_ = peers;
  return reachable;
}

Result<void> Node::Join(const ClusterView& view) {
  MutexLock lock(joining_);
  if (view.ring->IndexOf(options_.name) == kNoNode) {
    return Fail(Code::kInvalidArgument,
                "this node, \"" + options_.name + "\", is not among the peers");
  }
  const TimePoint when = absences_.MayBecome(*view.ring);
  if (when <= timer_.Now()) {
    Become(view);
    return {};
  }
  next_ = view;
  timer_.RunAt(when, [this] {
    MutexLock later(joining_);
    if (next_ && absences_.MayBecome(*next_->ring) <= timer_.Now())
      Become(*std::exchange(next_, {}));
  });
  return {};
}

void Node::Become(const ClusterView& view) {
  next_.reset();
  guarded_.KeepOnly(view.ring->nodes());
  http_peers_.SetPeers(view.over_http);
  transport_.SetPeers(view.book);  // first, so that whoever is on the ring can be reached
  // A write that others have given up may still be on its way, sent when this node owned the key.
  if (aside_) server_->Fence();
  SwapRing(view.ring);
  aside_ = false;
  server_->SetServing(true);
}

// A peer that leaves can be reached for as long as it is on the list: it has what it had.
Result<void> Node::Hear(const Announcement& heard) {
  MutexLock lock(joining_);
  if (heard.name == options_.name) {
    return Fail(Code::kInvalidArgument, "\"" + heard.name + "\" is this node itself");
  }
  if (heard.unheard > Duration::zero()) {
    const TimePoint now = timer_.Now();
    const bool goes = next_ && next_->ring->IndexOf(heard.name) == kNoNode;
    if (!goes &&
        !absences_.Missed(*membership_.Snapshot()->ring, heard.name, now - heard.unheard)) {
      absences_.Promise(heard.name, now);
      return {};
    }
    return Fail(Code::kFailedPrecondition, "\"" + heard.name + "\" was off the ring of " +
                                               options_.name + ": others had its keys");
  }
  if (heard.missed) HearMissed();
  // Nodes that start together dial some that do not listen yet: a Get for these would fall back.
  if (!heard.leaving) transport_.ConnectNow(heard.name);
  const auto changed = roster_.Hear(heard.name, heard.leaving);
  if (!changed) return tl::unexpected<Error>(changed.error());
  if (!*changed) return {};
  auto ring = BuildRing(options_.ring, EqualNodes(roster_.present()));
  if (!ring) return tl::unexpected<Error>(ring.error());
  SwapRing(*std::move(ring));
  return {};
}

// A peer's list of nodes lacked this one, and does no longer: it goes, and comes back at once, to
// ask the others for what they took meanwhile.
void Node::HearMissed() {
  Distrust();
  LeaveOwnRing();
  auto ring = BuildRing(options_.ring, EqualNodes(roster_.present()));
  if (!aside_ || !ring) return;
  SwapRing(*std::move(ring));
  aside_ = false;
}

// Somebody may have written to any group.
void Node::Distrust() {
  if (!aside_ && options_.say) {
    options_.say({true, options_.name +
                            " was off the rings of its peers: it asks them for what they "
                            "took for its keys meanwhile, and drops what it held"});
  }
  for (const auto& [name, group] : groups_) group->Distrust();
}

void Node::StepAside() {
  MutexLock lock(joining_);
  Distrust();
  LeaveOwnRing();
  if (aside_) tenure_.Missed();
}

bool Node::aside() {
  MutexLock lock(joining_);
  return aside_;
}

std::optional<Duration> Node::stale_for() const {
  const TimePoint since = stale_since_.load();
  if (since == kNever) return std::nullopt;
  return std::max(timer_.Now() - since, Duration::zero());
}

// From now on this node owns nothing. Without peers there is nobody to take the keys.
void Node::LeaveOwnRing() {
  if (aside_) return;
  std::vector<std::string> others = membership_.Snapshot()->ring->nodes();
  std::erase(others, options_.name);
  const auto ring = BuildRing(options_.ring, EqualNodes(others));
  if (!ring) return;
  SwapRing(*ring);
  aside_ = true;
}

std::vector<std::string> Node::Leave(Duration patience) {
  std::promise<std::vector<std::string>> told;
  SayGoodbye(patience, [&told](std::vector<std::string> deaf) { told.set_value(std::move(deaf)); });
  return told.get_future().get();  // every call ends by its deadline
}

void Node::SayGoodbye(Duration patience, Function<void(std::vector<std::string>)> told) {
  tenure_.Ended();
  if (!options_.announce) {
    {
      MutexLock lock(joining_);
      LeaveOwnRing();
    }
    server_->SetServing(false);
    return told({});
  }
  const std::optional<std::vector<std::string>> others = LeaveRoster();
  if (!others) return told({});
  server_->SetServing(false);
  std::vector<std::string> reached = *others;
  std::erase_if(reached, [this](const std::string& name) { return http_peers_.Knows(name); });
  announcer_.SayLeaving(reached, patience, std::move(told));
}

// Takes this node off its own ring for good. Returns who takes the keys; nothing when it has left
// before, or nobody is there.
std::optional<std::vector<std::string>> Node::LeaveRoster() {
  MutexLock lock(joining_);
  if (!roster_.Hear(options_.name, /*leaving=*/true).value_or(false)) return std::nullopt;
  std::vector<std::string> others = roster_.present();
  const auto ring = BuildRing(options_.ring, EqualNodes(others));
  if (!ring) return std::nullopt;
  SwapRing(*ring);
  return others;
}

// What this node lost with the last change is dropped before the next one, at the latest. In a
// group that is written to something of it may have come since: brought for a peer with another
// ring.
void Node::SwapRing(std::shared_ptr<const Ring> ring) {
  const auto view = membership_.Snapshot();
  // The same once more: a hand-over that is under way goes on.
  if (view->epoch > 1 && view->ring->fingerprint() == ring->fingerprint()) return;
  for (const auto& [name, group] : groups_) {
    if (tidy_epoch_ == view->epoch && !group->written()) continue;
    for (std::size_t part = 0; group->ForgetDisowned(part); ++part) {
    }
  }
  const bool first = view->epoch == 1 || IsAlone(*view->ring, options_.name);
  if (!first) absences_.Note(*view->ring, *ring, timer_.Now());
  std::shared_ptr<const Ring> former = FormerRing(*view, *ring);
  const TimePoint until = SaturatingAdd(timer_.Now(), options_.handover);
  membership_.Swap(std::move(ring), std::move(former), until);
  timer_.RunAt(until, [this, epoch = view->epoch + 1] { Tidy(groups_.begin(), 0, epoch); });
}

// Who owned this node's new keys until now. Before it first joined, the ring was that of the rest.
std::shared_ptr<const Ring> Node::FormerRing(const RingView& now, const Ring& next) const {
  if (options_.handover == Duration::zero()) return nullptr;
  const bool first = now.epoch == 1 || IsAlone(*now.ring, options_.name);
  return first ? next.Without(options_.name).value_or(nullptr) : now.ring;
}

// The hand-over is over: drops what went to others, a part of one group's memory at a time, so that
// the timer's other tasks wait for a moment only.
void Node::Tidy(Groups::const_iterator group, std::size_t part, std::uint64_t epoch) {
  MutexLock lock(joining_);
  if (membership_.Snapshot()->epoch != epoch) return;  // the next change has done it
  if (group == groups_.end()) {
    tidy_epoch_ = epoch;
    return;
  }
  const bool more = group->second->ForgetDisowned(part);
  timer_.RunAt(timer_.Now(), [this, group, part, epoch, more] {
    Tidy(more ? group : std::next(group), more ? part + 1 : 0, epoch);
  });
}

}  // namespace ringlab
