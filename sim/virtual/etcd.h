// VirtualEtcd: an etcd of one member or three on the virtual network, and what its operator does.
//
// One thread, the time's. The network outlives it, and it the clients that it makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node/etcd/client.h"
#include "sim/virtual/etcd_member.h"
#include "sim/virtual/network.h"

namespace ringlab {

struct EtcdLaw {
  std::size_t members = 1;                 // or three
  Duration ttl = std::chrono::seconds(5);  // of the nodes' leases
};

class VirtualEtcd {
 public:
  // Its hosts are "etcd-0" …, behind those that are there already.
  VirtualEtcd(VirtualNetwork& network, std::size_t members, std::uint64_t seed);
  VirtualEtcd(const VirtualEtcd&) = delete;
  VirtualEtcd& operator=(const VirtualEtcd&) = delete;

  const std::vector<VirtualHost*>& hosts() const { return hosts_; }
  std::vector<std::string> endpoints() const;

  // What clients of the host are. Their options' endpoints are those of this etcd.
  MakeEtcdClient ClientOf(VirtualHost& host);

  // As its members have agreed.
  const EtcdStore& store() const { return shared_.store; }
  EtcdStore& store() { return shared_.store; }

  // By an operator: as if a client of a member asked for it.
  void Revoke(const std::string& key);  // the lease that it is under
  void Delete(const std::string& key);
  void Compact();
  void BreakWatches();

  EtcdMember& member(std::size_t number) { return *shared_.members[number]; }
  VirtualNetwork& network() { return shared_.network; }

 private:
  void Operate(std::function<void()> act);

  EtcdMember::Shared shared_;
  std::vector<VirtualHost*> hosts_;
};

}  // namespace ringlab
