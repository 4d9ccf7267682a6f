// FakeEtcd: an etcd in virtual time, for the state machines: revisions, leases that end, a watch,
// compaction; and whatever a network does to calls. Calls take a
// millisecond each way. While it is down they fail at once, or, when it hangs, after their
// deadline.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "node/etcd/types.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {

class FakeEtcd {
 public:
  using Noticed = std::function<void(const EtcdNotice&)>;

  static constexpr Duration kWay = std::chrono::milliseconds(1);
  static constexpr Duration kDeadline = std::chrono::seconds(3);

  explicit FakeEtcd(ManualScheduler& time) : time_(time) {}

  // Answers come to `done` in virtual time, errors too.
  template <class T>
  void Call(std::function<Result<T>()> serve, std::function<void(Result<T>)> done) {
    if (down_) {
      const Duration wait = hangs_ ? kDeadline : kWay;
      return time_.RunAt(time_.Now() + wait, [this, done] {
        done(Fail(hangs_ ? Code::kDeadlineExceeded : Code::kUnavailable, "etcd is away"));
      });
    }
    time_.RunAt(time_.Now() + kWay, [this, serve, done] {
      auto answer = serve();
      time_.RunAt(time_.Now() + kWay, [answer, done] { done(answer); });
    });
  }

  EtcdLease Grant(Duration ttl) {
    const EtcdLease lease{next_lease_++, ttl};
    leases_[lease.id] = {ttl, time_.Now() + ttl};
    Sweep();
    return lease;
  }

  Result<std::int64_t> Put(const std::string& key, const std::string& value, std::int64_t lease);

  // Zero for a lease that is not known, as etcd.
  EtcdLease KeepAlive(std::int64_t id);

  Result<void> Revoke(std::int64_t id);

  void Delete(const std::string& key) {
    if (entries_.erase(key) == 0) return;
    Tell({true, {key, "", ++revision_, 0}});
  }

  EtcdListing List() const;

  // One watch at a time. What happened since `from` comes first.
  void Watch(std::int64_t from, Noticed noticed, std::function<void(Error)> ended);

  void CloseWatch() { watch_.reset(); }
  bool watched() const { return watch_ != nullptr; }

  // Streams break, calls fail; leases do not end while it is down, and begin anew when it is back.
  void GoDown(bool hangs = false) {
    down_ = true;
    hangs_ = hangs;
    if (!hangs) Break();
  }
  void ComeBack();
  bool down() const { return down_; }

  // A new etcd, which knows nothing.
  void LoseEverything();

  void Compact() { compacted_ = revision_; }

  // The connection of the watch is cut, and nothing else.
  void Break();

  const std::map<std::string, EtcdEntry>& entries() const { return entries_; }
  std::vector<std::int64_t> leases() const;
  int notices = 0;

 private:
  struct Lease {
    Duration ttl;
    TimePoint expires;
  };
  struct Open {
    Noticed noticed;
    std::function<void(Error)> ended;
  };

  void Sweep();

  void Tell(const EtcdEvent& event, bool new_one = true);

  void Deliver(const EtcdNotice& notice);

  ManualScheduler& time_;
  bool down_ = false;
  bool hangs_ = false;
  std::int64_t revision_ = 1;
  std::int64_t compacted_ = 0;
  std::int64_t next_lease_ = 100;
  std::map<std::int64_t, Lease> leases_;
  std::map<std::string, EtcdEntry> entries_;
  std::vector<std::pair<std::int64_t, EtcdEvent>> history_;
  std::shared_ptr<Open> watch_;
};

}  // namespace ringlab
