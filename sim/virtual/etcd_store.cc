#include "sim/virtual/etcd_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ringlab {

namespace {

// etcd's own: three halves of an election's time, in whole seconds.
constexpr Duration kTtlMin = std::chrono::seconds(2);

tl::unexpected<Error> NoSuchLease() {
  return Fail(Code::kNotFound, "etcdserver: requested lease not found");
}

}  // namespace

EtcdLease EtcdStore::Grant(Duration ttl, TimePoint now) {
  const Duration whole = std::max<Duration>(std::chrono::ceil<std::chrono::seconds>(ttl), kTtlMin);
  const std::int64_t id = 1000 + ++leases_granted_;
  leases_[id] = {whole, SaturatingAdd(now, whole)};
  return {id, whole};
}

EtcdLease EtcdStore::Renew(std::int64_t lease, TimePoint now) {
  const auto found = leases_.find(lease);
  if (found == leases_.end() || found->second.expires <= now) return {lease, Duration::zero()};
  found->second.expires = SaturatingAdd(now, found->second.ttl);
  return {lease, found->second.ttl};
}

Result<void> EtcdStore::Revoke(std::int64_t lease) {
  if (leases_.erase(lease) == 0) return NoSuchLease();
  std::vector<std::string> keys;
  for (const auto& [key, entry] : entries_) {
    if (entry.lease == lease) keys.push_back(key);
  }
  if (!keys.empty()) ++revision_;
  for (const std::string& key : keys) Erase(key);
  return {};
}

Result<std::int64_t> EtcdStore::Put(const std::string& key, const std::string& value,
                                    std::int64_t lease) {
  if (lease != 0 && !leases_.contains(lease)) return NoSuchLease();
  const EtcdEntry entry{key, value, ++revision_, lease};
  entries_[key] = entry;
  history_.push_back({false, entry});
  return revision_;
}

void EtcdStore::Delete(const std::string& key) {
  if (!entries_.contains(key)) return;
  ++revision_;
  Erase(key);
}

// As of the revision of now.
void EtcdStore::Erase(const std::string& key) {
  entries_.erase(key);
  history_.push_back({true, {.key = key, .value = "", .mod_revision = revision_, .lease = 0}});
}

EtcdListing EtcdStore::List(std::string_view prefix, std::int64_t limit) const {
  EtcdListing listing{.revision = revision_, .entries = {}, .cut = false};
  for (auto at = entries_.lower_bound(prefix); at != entries_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    if (limit > 0 && std::cmp_equal(listing.entries.size(), limit)) {
      listing.cut = true;
      break;
    }
    listing.entries.push_back(at->second);
  }
  return listing;
}

bool EtcdStore::AnyExpired(TimePoint now) const {
  return std::ranges::any_of(leases_, [now](const auto& l) { return l.second.expires <= now; });
}

void EtcdStore::ExpireLeases(TimePoint now) {
  std::vector<std::int64_t> over;
  for (const auto& [id, lease] : leases_) {
    if (lease.expires <= now) over.push_back(id);
  }
  for (const std::int64_t id : over) (void)Revoke(id);
}

void EtcdStore::RefreshLeases(TimePoint now) {
  for (auto& [id, lease] : leases_) lease.expires = SaturatingAdd(now, lease.ttl);
}

std::vector<EtcdEvent> EtcdStore::EventsOf(std::string_view prefix, std::int64_t from,
                                           std::int64_t through) const {
  std::vector<EtcdEvent> events;
  auto at = std::ranges::lower_bound(history_, from, {},
                                     [](const EtcdEvent& e) { return e.entry.mod_revision; });
  for (; at != history_.end() && at->entry.mod_revision <= through; ++at) {
    if (at->entry.key.starts_with(prefix)) events.push_back(*at);
  }
  return events;
}

std::int64_t EtcdStore::LeaseOf(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.lease;
}

}  // namespace ringlab
