#include "tests/node/etcd/fake_etcd.h"

namespace ringlab {

Result<std::int64_t> FakeEtcd::Put(const std::string& key, const std::string& value,
                                   std::int64_t lease) {
  if (lease != 0 && leases_.count(lease) == 0) {
    return Fail(Code::kNotFound, "requested lease not found");
  }
  entries_[key] = {key, value, ++revision_, lease};
  Tell({false, entries_[key]});
  return revision_;
}

Result<void> FakeEtcd::Revoke(std::int64_t id) {
  if (leases_.erase(id) == 0) return Fail(Code::kNotFound, "requested lease not found");
  std::vector<std::string> keys;
  for (const auto& [key, entry] : entries_) {
    if (entry.lease == id) keys.push_back(key);
  }
  for (const std::string& key : keys) Delete(key);
  return {};
}

void FakeEtcd::Watch(std::int64_t from, Noticed noticed, std::function<void(Error)> ended) {
  watch_ = std::make_shared<Open>(Open{std::move(noticed), std::move(ended)});
  if (down_) return Break();
  EtcdNotice notice;
  notice.revision = revision_;
  if (from <= compacted_) {
    notice.canceled = true;
    notice.compact_revision = compacted_;
    return Deliver(notice);
  }
  notice.created = true;
  Deliver(notice);
  for (const auto& [revision, event] : history_) {
    if (revision >= from) Tell(event, /*new_one=*/false);
  }
}

void FakeEtcd::LoseEverything() {
  leases_.clear();
  entries_.clear();
  history_.clear();
  revision_ = 1;
}

void FakeEtcd::ComeBack() {
  down_ = false;
  for (auto& [id, lease] : leases_) lease.expires = time_.Now() + lease.ttl;
  Sweep();
}

void FakeEtcd::Break() {
  if (watch_ == nullptr) return;
  time_.RunAt(time_.Now() + kWay, [watch = std::exchange(watch_, nullptr)] {
    watch->ended({Code::kUnavailable, "the stream broke"});
  });
}

void FakeEtcd::Sweep() {
  for (const auto& [id, lease] : leases_) {
    time_.RunAt(lease.expires, [this, id = id] {
      const auto found = leases_.find(id);
      if (down_ || found == leases_.end() || found->second.expires > time_.Now()) return;
      (void)Revoke(id);
    });
  }
}

void FakeEtcd::Tell(const EtcdEvent& event, bool new_one) {
  if (new_one) history_.emplace_back(event.entry.mod_revision, event);
  EtcdNotice notice;
  notice.revision = revision_;
  notice.events.push_back(event);
  Deliver(notice);
}

void FakeEtcd::Deliver(const EtcdNotice& notice) {
  if (watch_ == nullptr) return;
  time_.RunAt(time_.Now() + kWay, [this, notice, to = std::weak_ptr<Open>(watch_)] {
    const auto open = to.lock();
    if (open == nullptr || (down_ && hangs_)) return;
    ++notices;
    open->noticed(notice);
  });
}

EtcdListing FakeEtcd::List() const {
  EtcdListing listing{revision_, {}, false};
  for (const auto& [key, entry] : entries_) listing.entries.push_back(entry);
  return listing;
}

EtcdLease FakeEtcd::KeepAlive(std::int64_t id) {
  const auto lease = leases_.find(id);
  if (lease == leases_.end()) return {id, Duration::zero()};
  lease->second.expires = time_.Now() + lease->second.ttl;
  Sweep();
  return {id, lease->second.ttl};
}

std::vector<std::int64_t> FakeEtcd::leases() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, lease] : leases_) ids.push_back(id);
  return ids;
}

}  // namespace ringlab
