#include "sim/virtual/etcd.h"

#include <utility>

#include "core/base/check.h"
#include "sim/virtual/etcd_client.h"

namespace ringlab {

VirtualEtcd::VirtualEtcd(VirtualNetwork& network, std::size_t members, std::uint64_t seed)
    : shared_{.network = network} {
  RL_CHECK_BECAUSE(members == 1 || members == 3, "these are the majorities that members count");
  for (std::size_t i = 0; i < members; ++i) {
    VirtualHost& host = network.AddHost("etcd-" + std::to_string(i));
    hosts_.push_back(&host);
    shared_.members.push_back(std::make_unique<EtcdMember>(shared_, host, i, seed));
  }
  for (const auto& member : shared_.members) member->Start();
}

std::vector<std::string> VirtualEtcd::endpoints() const {
  std::vector<std::string> addresses;
  for (const VirtualHost* host : hosts_) addresses.push_back(host->address);
  return addresses;
}

MakeEtcdClient VirtualEtcd::ClientOf(VirtualHost& host) {
  return [this, &host](const EtcdOptions& options, Scheduler& home) {
    return Result<std::unique_ptr<EtcdClient>>(
        std::make_unique<VirtualEtcdClient>(*this, host, options.call_timeout, home));
  };
}

// At each member, since some of them may know no leader; once is enough, and more does no harm.
void VirtualEtcd::Operate(std::function<void()> act) {
  for (const auto& member : shared_.members) {
    shared_.network.time().At(shared_.network.time().Now(), member->host(),
                              [&m = *member, act] { m.Agree(act, [] {}); });
  }
}

void VirtualEtcd::Revoke(const std::string& key) {
  const std::int64_t lease = shared_.store.LeaseOf(key);
  Operate([this, lease] { (void)shared_.store.Revoke(lease); });
}

void VirtualEtcd::Delete(const std::string& key) {
  const std::int64_t lease = shared_.store.LeaseOf(key);
  Operate([this, key, lease] {
    if (shared_.store.LeaseOf(key) == lease) shared_.store.Delete(key);
  });
}

void VirtualEtcd::Compact() {
  Operate([this] { shared_.store.Compact(); });
}

void VirtualEtcd::BreakWatches() {
  for (const auto& member : shared_.members) {
    shared_.network.time().At(shared_.network.time().Now(), member->host(),
                              [&m = *member] { m.BreakWatches(); });
  }
}

}  // namespace ringlab
