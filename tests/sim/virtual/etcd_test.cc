// A simulated etcd: it answers as a real one does, and what its members do when one is away.
#include "sim/virtual/etcd.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "sim/virtual/etcd_client.h"
#include "tests/contract/etcd_contract.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class EtcdNet {
 public:
  explicit EtcdNet(std::size_t members) : etcd_(network_, members, 1) {
    client_host_.up = true;
    EtcdOptions options;
    options.endpoints = etcd_.endpoints();
    client_ = *etcd_.ClientOf(client_host_)(options, home_);
    Pass(milliseconds(500));
  }
  ~EtcdNet() {
    client_->Stop();
    time_.DropAll();
  }

  EtcdClient& client() { return *client_; }
  std::string endpoint() const { return etcd_.endpoints().front(); }
  template <class Act>
  void AtHome(Act act) {
    time_.As(client_host_, act);
  }
  template <class IsSo>
  bool Await(IsSo is_so) {
    const TimePoint patience = time_.Now() + seconds(60);
    while (!is_so()) {
      if (!time_.Step(patience)) return is_so();
    }
    return true;
  }
  void Pass(Duration wait) { time_.RunUntil(time_.Now() + wait); }
  void Compact(std::int64_t revision) {
    REQUIRE(revision == etcd_.store().revision());
    etcd_.Compact();
    Pass(milliseconds(10));
  }
  void Delete(const std::string& key) {
    etcd_.Delete(key);
    Pass(milliseconds(10));
  }

  VirtualEtcd& etcd() { return etcd_; }
  VirtualTime& time() { return time_; }
  VirtualNetwork& network() { return network_; }
  VirtualHost& client_host() { return client_host_; }
  void Freeze(std::size_t member) { time_.Freeze(*etcd_.hosts()[member]); }
  void Thaw(std::size_t member) { time_.Thaw(*etcd_.hosts()[member]); }

 private:
  VirtualTime time_;
  VirtualNetwork network_{time_, 1, {}};
  VirtualHost& client_host_ = network_.AddHost("client");
  HostTimer home_{time_, client_host_};
  VirtualEtcd etcd_;
  std::unique_ptr<EtcdClient> client_;
};

TEST_CASE("a simulated etcd and its client keep the contract of etcd") {
  EtcdNet etcd(1);
  CheckEtcdContract(etcd);
}

TEST_CASE("a simulated etcd of three keeps the contract of etcd") {
  EtcdNet etcd(3);
  CheckEtcdContract(etcd);
}

// Of a Put, once it is there.
std::optional<Code> PutOnce(EtcdNet& net, const std::string& key) {
  const auto put = etcd_contract::Put(net, key);
  return put ? std::nullopt : std::optional(put.error().code);
}

TEST_CASE("a member that is frozen answers nothing, and the next call goes to another one") {
  EtcdNet net(3);
  REQUIRE(PutOnce(net, "s/a") == std::nullopt);
  net.Freeze(0);  // it leads
  REQUIRE(PutOnce(net, "s/b") == Code::kDeadlineExceeded);
  REQUIRE(net.client().member() == 1);
  REQUIRE(PutOnce(net, "s/c") == std::nullopt);  // another one leads by now
  net.Thaw(0);
  net.Pass(seconds(1));
  REQUIRE(etcd_contract::List(net, "s/").entries.size() == 2);
}

TEST_CASE("without a majority nothing is agreed on, and streams end") {
  EtcdNet net(3);
  const auto told = etcd_contract::Watch(net, "s/", 2);
  REQUIRE(net.Await([&] { return told->notices.size() == 1; }));
  net.Freeze(1);
  net.Freeze(2);
  REQUIRE(PutOnce(net, "s/a") == Code::kDeadlineExceeded);
  REQUIRE(net.Await([&] { return told->end.has_value(); }));
  REQUIRE(told->end->code == Code::kUnavailable);
  REQUIRE(told->end->message == "etcd-0:1: etcdserver: no leader");
  REQUIRE(net.etcd().store().revision() == 1);
}

TEST_CASE("leases begin anew when another member leads") {
  EtcdNet net(3);
  const std::int64_t lease = etcd_contract::Grant(net, seconds(4)).id;
  REQUIRE(etcd_contract::Put(net, "s/a", lease));
  net.Pass(seconds(3));
  net.Freeze(0);
  net.Pass(seconds(5));  // an election, and most of the lease
  REQUIRE(net.etcd().store().LeaseOf("s/a") == lease);
  net.Pass(seconds(3));
  REQUIRE(net.etcd().store().LeaseOf("s/a") == 0);
}

TEST_CASE("a watch lags with its member, and hears everything in the end") {
  EtcdNet net(3);
  net.AtHome([&] { net.client().Avoid(0); });
  const auto told = etcd_contract::Watch(net, "s/", 2);  // at the second
  REQUIRE(net.Await([&] { return told->notices.size() == 1; }));
  net.network().Cut(*net.etcd().hosts()[0], *net.etcd().hosts()[1]);
  net.AtHome([&] {
    net.client().Avoid(1);
    net.client().Avoid(2);
  });
  REQUIRE(PutOnce(net, "s/a") == std::nullopt);
  net.Pass(milliseconds(500));
  REQUIRE(told->events.empty());
  net.network().Mend(*net.etcd().hosts()[0], *net.etcd().hosts()[1]);
  REQUIRE(net.Await([&] { return told->events.size() == 1; }));
}

TEST_CASE("a stream on a way that is cut ends by a ping, and one that breaks at once") {
  EtcdNet net(1);
  auto told = etcd_contract::Watch(net, "s/", 2);
  REQUIRE(net.Await([&] { return told->notices.size() == 1; }));
  net.etcd().BreakWatches();
  REQUIRE(net.Await([&] { return told->end.has_value(); }));
  told = etcd_contract::Watch(net, "s/", 2);
  REQUIRE(net.Await([&] { return told->notices.size() == 1; }));
  const TimePoint cut = net.time().Now();
  net.network().Cut(*net.etcd().hosts()[0], net.client_host());
  REQUIRE(net.Await([&] { return told->end.has_value(); }));
  REQUIRE(net.time().Now() - cut <= seconds(14));
  REQUIRE(net.time().Now() - cut >= seconds(12));
}

TEST_CASE("while a connection fails calls fail at once, each once") {
  EtcdNet net(1);
  net.network().Cut(net.client_host(), *net.etcd().hosts()[0]);
  const TimePoint start = net.time().Now();
  REQUIRE(PutOnce(net, "s/a") == Code::kUnavailable);
  REQUIRE(net.time().Now() - start == seconds(1));
  REQUIRE(PutOnce(net, "s/a") == Code::kUnavailable);
  REQUIRE(net.time().Now() - start == seconds(1));
}

}  // namespace
}  // namespace ringlab
