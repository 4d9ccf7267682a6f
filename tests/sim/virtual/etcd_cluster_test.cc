// EtcdCluster, production's part in a cluster that etcd keeps, in virtual time.
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/etcd/cluster.h"
#include "node/etcd/member.h"
#include "sim/virtual/etcd.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A node's part, without the node.
struct OnePart {
  OnePart(VirtualTime& time, VirtualNetwork& network, VirtualEtcd& etcd, const std::string& name)
      : host(network.AddHost(name)), timer(time, host) {
    host.up = true;
    EtcdOptions options;
    options.endpoints = etcd.endpoints();
    options.service = "s";
    options.ttl = seconds(3);
    cluster = EtcdCluster::Start(
                  std::move(options), {name, host.address}, 1,
                  {.timer = timer, .client = etcd.ClientOf(host)},
                  {.joined = [this](const std::vector<Peer>& peers) { lists.push_back(peers); },
                   .say = [](const Said&) {},
                   .missed = [this] { ++missed; },
                   .ask_missed =
                       [this](Function<void(bool)> answer) { asked.push_back(std::move(answer)); }})
                  .value();
  }

  std::size_t peers() const { return lists.empty() ? 0 : lists.back().size(); }

  VirtualHost& host;
  HostTimer timer;
  std::vector<std::vector<Peer>> lists;
  int missed = 0;
  std::vector<Function<void(bool)>> asked;
  std::unique_ptr<EtcdCluster> cluster;
};

struct PartsWorld {
  ~PartsWorld() {
    a.cluster.reset();
    b.cluster.reset();
    time.DropAll();
  }
  void Pass(Duration wait) { time.RunUntil(time.Now() + wait); }
  void CutFromEtcd(const OnePart& part, bool cut) {
    VirtualHost& member = *etcd.hosts()[0];
    if (cut) {
      network.Cut(part.host, member);
      network.Cut(member, part.host);
    } else {
      network.Mend(part.host, member);
      network.Mend(member, part.host);
    }
  }

  VirtualTime time;
  VirtualNetwork network{time, 1, {}};
  VirtualEtcd etcd{network, 1, 1};
  OnePart a{time, network, etcd, "a"};
  OnePart b{time, network, etcd, "b"};
};

TEST_CASE("nodes find each other through etcd, and one that says goodbye is gone at once") {
  PartsWorld w;
  w.Pass(seconds(1));
  REQUIRE(w.a.peers() == 2);
  REQUIRE(w.b.peers() == 2);
  REQUIRE(w.a.cluster->state().members.size() == 2);
  std::vector<bool> left;
  w.b.cluster->SayGoodbye(seconds(1), [&](bool heard) { left.push_back(heard); });
  w.Pass(milliseconds(200));
  REQUIRE(left == std::vector<bool>{true});
  REQUIRE(w.a.peers() == 1);
  // The watch has told it that its own entry is gone; it has nothing to do with that.
  const TimePoint later = w.time.Now() + seconds(2);
  int events = 0;
  while (events < 1000 && w.time.Step(later)) ++events;
  REQUIRE(left.size() == 1);
  REQUIRE(events < 300);
}

TEST_CASE("a goodbye that etcd does not hear ends when its patience does") {
  PartsWorld w;
  w.Pass(seconds(1));
  w.CutFromEtcd(w.b, true);
  std::vector<bool> left;
  w.b.cluster->SayGoodbye(milliseconds(700), [&](bool heard) { left.push_back(heard); });
  w.Pass(milliseconds(699));
  REQUIRE(left.empty());
  w.Pass(milliseconds(2));
  REQUIRE(left == std::vector<bool>{false});
}

TEST_CASE("an answer of the peers that comes after the end is nobody's") {
  PartsWorld w;
  w.Pass(seconds(1));
  w.CutFromEtcd(w.b, true);
  w.Pass(seconds(20));
  REQUIRE(w.a.peers() == 1);
  REQUIRE(w.b.peers() == 2);
  w.CutFromEtcd(w.b, false);
  w.Pass(seconds(5));
  REQUIRE(w.b.asked.size() == 1);  // whether they have missed it
  w.b.cluster.reset();
  w.b.asked.front()(true);
  w.Pass(seconds(1));
  REQUIRE(w.b.missed == 0);
}

TEST_CASE("a lease that is lost while etcd is there makes the node step aside, and come back") {
  PartsWorld w;
  w.Pass(seconds(1));
  w.etcd.Revoke(EtcdKeyOf("s", w.b.host.address));
  w.Pass(milliseconds(100));
  REQUIRE(w.b.missed == 1);
  w.Pass(seconds(1));
  REQUIRE(w.etcd.store().LeaseOf(EtcdKeyOf("s", w.b.host.address)) != 0);
  REQUIRE(w.a.peers() == 2);
  REQUIRE(w.b.peers() == 2);
}

}  // namespace
}  // namespace ringlab
