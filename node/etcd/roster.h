// EtcdRoster: who is in a cluster, by the entries under its prefix.
//
// An entry that cannot be read is left out and told of, never an error: others write there too. Of
// two entries with one name the younger counts: a node that came back elsewhere is found before its
// old lease ends. Members that a listing lacks are kept until a time that the caller gives: after
// a long outage of etcd the ring must not be emptied before the nodes have registered again. Not
// thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/etcd/types.h"
#include "node/live/peers.h"

namespace ringlab {

// Entries beyond so many are left out.
inline constexpr std::size_t kEtcdMembersMax = 4096;

// Two listed members with one name at two addresses. The older one is on no ring.
struct EtcdDouble {
  Peer older;
  Peer younger;

  friend bool operator==(const EtcdDouble&, const EtcdDouble&) = default;
};

class EtcdRoster {
 public:
  // Of the keys that start with this.
  explicit EtcdRoster(std::string prefix) : prefix_(std::move(prefix)) {}

  // Every entry there is, in place of what was known; whom it lacks is kept until `keep_until`.
  void Replace(const EtcdListing& listing, TimePoint now, TimePoint keep_until);
  void Apply(const EtcdEvent& event);

  // Drops whom a listing lacked and whose time is over.
  void Expire(TimePoint now);
  TimePoint next_expiry() const;

  // In etcd, not only kept.
  bool IsListed(const std::string& key) const;

  // Ascending by name, each name and each address once.
  std::vector<Peer> Peers() const;

  // Of each name that several listed members have: the youngest, with each of the others.
  std::vector<EtcdDouble> Doubles() const;

  // Why entries are left out, `key "…": reason`, ascending by key; those counted as members but not
  // kept are among them.
  std::vector<std::string> Complaints() const;
  std::size_t left_out() const { return unread_.size(); }

 private:
  struct Member {
    Peer peer;
    std::int64_t mod_revision;
    TimePoint until = kNever;
  };

  void Add(const EtcdEntry& entry);
  std::vector<const Member*> YoungestFirst() const;

  const std::string prefix_;
  std::map<std::string, Member> members_;      // by key
  std::map<std::string, std::string> unread_;  // why, by key
};

}  // namespace ringlab
