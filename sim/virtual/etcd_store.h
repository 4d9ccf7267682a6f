// EtcdStore: what a simulated etcd keeps, as its members have agreed on it: keys with revisions,
// leases, and the history that watches are told.
//
// As etcd 3.4 does it: the store begins at revision 1; a change makes a revision, and the end of a
// lease is one change whatever it takes along; a lease lives for whole seconds, two at least; after
// a compaction nothing older can be watched. Pure, and not thread-safe: time is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "node/etcd/types.h"

namespace ringlab {

class EtcdStore {
 public:
  EtcdLease Grant(Duration ttl, TimePoint now);

  // Zero for one that is not known, or over.
  EtcdLease Renew(std::int64_t lease, TimePoint now);

  // kNotFound for a lease that is not known. Put gives the revision.
  Result<void> Revoke(std::int64_t lease);
  Result<std::int64_t> Put(const std::string& key, const std::string& value, std::int64_t lease);

  void Delete(const std::string& key);
  EtcdListing List(std::string_view prefix, std::int64_t limit) const;

  // Ends the leases that nobody renewed.
  void ExpireLeases(TimePoint now);
  bool AnyExpired(TimePoint now) const;

  // A new leader does not know when they were renewed: each begins anew.
  void RefreshLeases(TimePoint now);

  // What was before the revision of now can be watched no more.
  void Compact() { compacted_ = revision_; }

  std::int64_t revision() const { return revision_; }
  std::int64_t compacted() const { return compacted_; }

  // What happened to keys under the prefix, from a revision to another one, both among them.
  std::vector<EtcdEvent> EventsOf(std::string_view prefix, std::int64_t from,
                                  std::int64_t through) const;

  // The lease that the entry is under; 0 for none, or no entry.
  std::int64_t LeaseOf(const std::string& key) const;

 private:
  struct Lease {
    Duration ttl;
    TimePoint expires;
  };

  void Erase(const std::string& key);

  std::int64_t revision_ = 1;
  std::int64_t compacted_ = 0;
  std::int64_t leases_granted_ = 0;
  std::map<std::int64_t, Lease> leases_;
  std::map<std::string, EtcdEntry, std::less<>> entries_;
  std::vector<EtcdEvent> history_;  // by revision; compacted ones stay, for members that lag
};

}  // namespace ringlab
