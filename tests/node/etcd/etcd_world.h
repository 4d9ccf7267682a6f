// A node's two state machines on a FakeEtcd, in virtual time, joined as EtcdCluster joins them.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "node/etcd/member.h"
#include "node/etcd/registration.h"
#include "node/etcd/watcher.h"
#include "tests/node/etcd/fake_etcd.h"

namespace ringlab {

class EtcdWorld {
 public:
  static constexpr Duration kTtl = std::chrono::seconds(9);
  static inline const std::string kOwnKey = "s/a:1";

  EtcdWorld() { Settle(registration.Start(time.Now()), watcher.Start(time.Now())); }

  void Pass(Duration wait) { time.AdvanceBy(wait); }
  void PassSeconds(int seconds) { Pass(std::chrono::seconds(seconds)); }

  void PutOther(const std::string& address) {
    REQUIRE(etcd.Put("s/" + address, EtcdValueOf({address, address}), 0));
  }

  std::vector<std::string> members() const {
    std::vector<std::string> names;
    for (const Peer& peer : watcher.roster().Peers()) names.push_back(peer.name);
    return names;
  }
  bool IsThere() const { return etcd.entries().count(kOwnKey) > 0; }
  std::size_t Lines(const std::string& part) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        said, [&](const Said& line) { return line.text.find(part) != std::string::npos; }));
  }
  void GoDown() {
    etcd.GoDown();
    BreakStream();
  }
  void Leave() { Settle(registration.Leave(time.Now()), {}); }

  // The stream of keepalives: what is sent, and whether answers come.
  void BreakStream();

  ManualScheduler time;
  FakeEtcd etcd{time};
  EtcdRegistration registration{{.key = kOwnKey}};
  EtcdWatcher watcher{{.prefix = "s/", .self = {"a:1", "a:1"}, .keep_for = kTtl}};
  std::vector<Said> said;
  std::vector<TimePoint> grants;
  std::vector<TimePoint> keepalives;
  int puts = 0;
  int looks = 0;
  int asks = 0;
  int steps_aside = 0;
  bool missed = true;  // what the peers say
  int lists = 0;
  int deliveries = 0;
  bool stream_open = false;
  bool answers_lost = false;  // of keepalives

 private:
  void Settle(const EtcdRegistration::Actions& own, const EtcdWatcher::Actions& others);

  void Do(const EtcdRegistration::Action& action) {
    const std::int64_t lease = action.lease;
    switch (action.what) {
      case EtcdRegistration::Do::kGrant:
        grants.push_back(time.Now());
        return etcd.Call<EtcdLease>([this] { return etcd.Grant(kTtl); },
                                    [this](const Result<EtcdLease>& granted) {
                                      Settle(registration.Granted(time.Now(), granted), {});
                                    });
      case EtcdRegistration::Do::kPut:
        ++puts;
        return etcd.Call<std::int64_t>(
            [this, lease] { return etcd.Put(kOwnKey, EtcdValueOf({"a:1", "a:1"}), lease); },
            [this, lease](const Result<std::int64_t>& revision) {
              Settle(registration.Put(time.Now(), lease, revision), {});
            });
      case EtcdRegistration::Do::kOpenStream:
        ++stream;
        stream_open = true;
        if (etcd.down() && !answers_lost) return BreakStream();
        return SendKeepAlive(lease);
      case EtcdRegistration::Do::kKeepAlive: return SendKeepAlive(lease);
      case EtcdRegistration::Do::kCloseStream:
        ++stream;
        stream_open = false;
        return;
      case EtcdRegistration::Do::kLook:
        ++looks;
        return etcd.Call<bool>([this]() -> Result<bool> { return IsThere(); },
                               [this](const Result<bool>& there) {
                                 Settle(registration.Looked(time.Now(), there), {});
                               });
      case EtcdRegistration::Do::kAskPeers:
        ++asks;
        time.RunAt(time.Now() + FakeEtcd::kWay,
                   [this] { Settle(registration.Asked(time.Now(), missed), {}); });
        return;
      case EtcdRegistration::Do::kStepAside: ++steps_aside; return;
      case EtcdRegistration::Do::kRevoke:
        return etcd.Call<void>([this, lease] { return etcd.Revoke(lease); },
                               [this](const Result<void>& revoked) {
                                 Settle(registration.Revoked(time.Now(), revoked), {});
                               });
    }
  }

  void SendKeepAlive(std::int64_t lease);

  void Do(const EtcdWatcher::Action& action) {
    switch (action.what) {
      case EtcdWatcher::Do::kList:
        ++lists;
        return etcd.Call<EtcdListing>([this] { return etcd.List(); },
                                      [this](const Result<EtcdListing>& listing) {
                                        Settle({}, watcher.Listed(time.Now(), listing));
                                        if (listing) CheckOwnEntry();
                                      });
      case EtcdWatcher::Do::kWatch:
        return etcd.Watch(
            action.revision,
            [this](const EtcdNotice& notice) {
              Settle({}, watcher.Noticed(time.Now(), notice));
              if (!notice.events.empty()) CheckOwnEntry();
            },
            [this](const Error& error) { Settle({}, watcher.WatchEnded(time.Now(), error)); });
      case EtcdWatcher::Do::kCloseWatch: return etcd.CloseWatch();
      case EtcdWatcher::Do::kDeliver: ++deliveries; return;
    }
  }

  void CheckOwnEntry();

  int stream = 0;  // which one is open: answers of older ones are not heard
};

}  // namespace ringlab
