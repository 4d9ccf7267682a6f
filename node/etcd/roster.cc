#include "node/etcd/roster.h"

#include <algorithm>
#include <set>
#include <utility>

#include "node/etcd/member.h"

namespace ringlab {

void EtcdRoster::Add(const EtcdEntry& entry) {
  if (!entry.key.starts_with(prefix_)) return;
  members_.erase(entry.key);
  unread_.erase(entry.key);
  auto peer = ReadEtcdValue(entry.value);
  if (peer && members_.size() < kEtcdMembersMax) {
    members_.emplace(entry.key, Member{*std::move(peer), entry.mod_revision});
  } else if (unread_.size() < kEtcdMembersMax) {
    unread_.emplace(entry.key, peer ? "more than " + std::to_string(kEtcdMembersMax) + " entries"
                                    : peer.error().message);
  }
}

void EtcdRoster::Replace(const EtcdListing& listing, TimePoint now, TimePoint keep_until) {
  auto before = std::exchange(members_, {});
  unread_.clear();
  for (const EtcdEntry& entry : listing.entries) Add(entry);
  for (auto& [key, member] : before) {
    if (members_.size() >= kEtcdMembersMax || unread_.count(key) > 0) continue;
    member.until = std::min(member.until, keep_until);
    if (member.until > now) members_.emplace(key, std::move(member));  // unless it is listed
  }
}

void EtcdRoster::Apply(const EtcdEvent& event) {
  if (!event.deleted) return Add(event.entry);
  members_.erase(event.entry.key);
  unread_.erase(event.entry.key);
}

void EtcdRoster::Expire(TimePoint now) {
  std::erase_if(members_, [now](const auto& member) { return member.second.until <= now; });
}

bool EtcdRoster::IsListed(const std::string& key) const {
  const auto member = members_.find(key);
  return member != members_.end() && member->second.until == kNever;
}

TimePoint EtcdRoster::next_expiry() const {
  TimePoint next = kNever;
  for (const auto& [key, member] : members_) next = std::min(next, member.until);
  return next;
}

std::vector<const EtcdRoster::Member*> EtcdRoster::YoungestFirst() const {
  std::vector<const Member*> youngest_first;
  for (const auto& [key, member] : members_) youngest_first.push_back(&member);
  std::ranges::stable_sort(youngest_first, [](const Member* a, const Member* b) {
    // One that is listed before one that is only kept.
    return std::pair(a->until, a->mod_revision) > std::pair(b->until, b->mod_revision);
  });
  return youngest_first;
}

std::vector<Peer> EtcdRoster::Peers() const {
  std::set<std::string_view> names;
  std::set<std::string_view> addresses;
  std::vector<Peer> peers;
  for (const Member* member : YoungestFirst()) {
    if (names.count(member->peer.name) > 0 || addresses.count(member->peer.address) > 0) continue;
    names.insert(member->peer.name);
    addresses.insert(member->peer.address);
    peers.push_back(member->peer);
  }
  std::ranges::sort(peers, {}, &Peer::name);
  return peers;
}

std::vector<EtcdDouble> EtcdRoster::Doubles() const {
  std::map<std::string_view, const Peer*> youngest;
  std::set<std::string_view> addresses;
  std::vector<EtcdDouble> doubles;
  for (const Member* member : YoungestFirst()) {
    const Peer& peer = member->peer;
    // Several entries of one address are one node's.
    if (member->until != kNever || !addresses.insert(peer.address).second) continue;
    const auto [first, is_first] = youngest.emplace(peer.name, &peer);
    if (!is_first) doubles.push_back({.older = peer, .younger = *first->second});
  }
  std::ranges::sort(doubles, {}, [](const EtcdDouble& d) {
    return std::pair(std::string_view(d.older.name), std::string_view(d.older.address));
  });
  return doubles;
}

std::vector<std::string> EtcdRoster::Complaints() const {
  std::vector<std::string> complaints;
  for (const auto& [key, why] : unread_) {
    complaints.push_back("key \"" + ForLog(key) + "\": " + why);
  }
  return complaints;
}

}  // namespace ringlab
