// VirtualEtcdClient: an EtcdClient (node/etcd/client.h) of a simulated etcd.
//
// One thread, the time's; runs as its host. The etcd outlives it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/etcd/client.h"
#include "sim/virtual/etcd.h"
#include "sim/virtual/etcd_channel.h"

namespace ringlab {

class VirtualEtcdClient final : public EtcdClient {
 public:
  VirtualEtcdClient(VirtualEtcd& etcd, VirtualHost& host, Duration call_timeout, Scheduler& home);
  ~VirtualEtcdClient() override { Stop(); }

  void List(const std::string& prefix, std::int64_t limit, Done<EtcdListing> done) override;
  void Put(const std::string& key, const std::string& value, std::int64_t lease,
           Done<std::int64_t> done) override;
  void Grant(Duration ttl, Done<EtcdLease> done) override;
  void Revoke(std::int64_t lease, Duration timeout, Done<void> done) override;
  std::shared_ptr<EtcdStream> Watch(const std::string& prefix, std::int64_t from_revision,
                                    Function<void(EtcdNotice)> notice,
                                    Function<void(Error)> end) override;
  std::shared_ptr<EtcdKeepAlive> KeepAlive(std::int64_t lease, Function<void(EtcdLease)> answer,
                                           Function<void(Error)> end) override;
  std::size_t member() const override { return current_; }
  void Avoid(std::size_t member) override;
  void Stop() override;

 private:
  template <class Message>
  class Stream;
  class WatchStream;
  class KeepAliveStream;

  // `act` runs on the store when the members agree, and its answer comes back.
  template <class T>
  void Ask(std::string_view kind, Duration timeout, std::function<Result<T>()> act, Done<T> done);
  TimePoint Now() const { return etcd_.network().time().Now(); }
  Error Judged(std::size_t member, Error error);

  // At home, unless this has ended.
  void PostAt(TimePoint when, Task task);
  void Post(Task task) { PostAt(home_.Now(), std::move(task)); }

  VirtualEtcd& etcd_;
  const Duration call_timeout_;
  Scheduler& home_;
  std::vector<std::shared_ptr<EtcdChannel>> channels_;  // by member
  std::size_t current_ = 0;
  const std::shared_ptr<bool> stopped_ = std::make_shared<bool>(false);
};

}  // namespace ringlab
