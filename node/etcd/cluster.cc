#include "node/etcd/cluster.h"

#include <algorithm>
#include <future>
#include <utility>

#include "core/base/hash.h"
#include "node/etcd/member.h"

namespace ringlab {

Result<std::unique_ptr<EtcdCluster>> EtcdCluster::Start(EtcdOptions options, Peer self,
                                                        std::uint64_t seed, const Ground& ground,
                                                        Calls calls) {
  // Nodes of one seed must not try again in step.
  seed ^= HashXx64(self.address, 0);
  std::unique_ptr<EtcdCluster> cluster(
      new EtcdCluster(std::move(options), std::move(self), seed, ground.timer, std::move(calls)));
  auto client = ground.client(cluster->options_, *cluster->home_);
  if (!client) return tl::unexpected<Error>(client.error());
  cluster->client_ = *std::move(client);
  cluster->home_->RunAt(cluster->Now(), [&c = *cluster] { c.Begin(); });
  return cluster;
}

EtcdCluster::EtcdCluster(EtcdOptions options, Peer self, std::uint64_t seed, Timer& timer,
                         Calls calls)
    : options_(std::move(options)),
      self_(std::move(self)),
      key_(EtcdKeyOf(options_.service, self_.address)),
      calls_(std::move(calls)),
      home_(std::make_shared<TimerLane>(timer)),
      registration_({.key = key_, .seed = seed, .members = options_.endpoints.size()}),
      watcher_({.prefix = options_.service + "/",
                .self = self_,
                .keep_for = options_.ttl,
                .seed = seed + 1}) {}

EtcdCluster::~EtcdCluster() { Stop(); }

void EtcdCluster::Stop() {
  if (std::exchange(stopped_, true)) return;
  home_->Stop();  // its tasks are dropped, so that nothing below is used by two
  if (client_ != nullptr) client_->Stop();
}

void EtcdCluster::Begin() {
  Do(registration_.Start(Now()));
  Do(watcher_.Start(Now()));
  Settle();
}

void EtcdCluster::Do(const EtcdRegistration::Actions& actions) {
  for (const auto& [what, lease] : actions) {
    switch (what) {
      case EtcdRegistration::Do::kGrant:
        client_->Grant(options_.ttl, [this](const Result<EtcdLease>& granted) {
          Do(registration_.Granted(Now(), granted));
          Settle();
        });
        break;
      case EtcdRegistration::Do::kPut:
        client_->Put(key_, EtcdValueOf(self_), lease,
                     [this, lease = lease](const Result<std::int64_t>& revision) {
                       Do(registration_.Put(Now(), lease, revision));
                       Settle();
                       Deliver();
                     });
        break;
      case EtcdRegistration::Do::kOpenStream: OpenKeepAlive(lease); break;
      case EtcdRegistration::Do::kKeepAlive: keepalive_->Send(); break;
      case EtcdRegistration::Do::kCloseStream:
        keepalive_.reset();
        GiveUpOnMember();
        break;
      case EtcdRegistration::Do::kRevoke:
        client_->Revoke(lease, goodbye_timeout_, [this](const Result<void>& revoked) {
          Do(registration_.Revoked(Now(), revoked));
          Settle();
        });
        break;
      case EtcdRegistration::Do::kLook: LookForOwnEntry(); break;
      case EtcdRegistration::Do::kAskPeers: AskPeers(); break;
      case EtcdRegistration::Do::kStepAside:
        if (!delivered_) break;  // it has not joined yet
        calls_.missed();
        delivered_.reset();
        break;
    }
  }
}

void EtcdCluster::OpenKeepAlive(std::int64_t lease) {
  keepalive_member_ = client_->member();
  keepalive_ = client_->KeepAlive(
      lease,
      [this](const EtcdLease& renewed) {
        Do(registration_.KeptAlive(Now(), renewed));
        Settle();
      },
      [this](const Error& error) {
        Do(registration_.StreamEnded(Now(), error));
        Settle();
      });
}

// It does not answer keepalives, so a watch at it may be as deaf: gRPC's pings find out later.
// When leaving, only the stream is given up: whom it went to may be the one that answers.
void EtcdCluster::GiveUpOnMember() {
  if (leaving_) return;
  client_->Avoid(keepalive_member_);
  if (watch_ == nullptr || watch_member_ != keepalive_member_) return;
  watch_.reset();
  Do(watcher_.WatchEnded(Now(), {Code::kUnavailable, "the member is silent"}));
}

void EtcdCluster::Do(const EtcdWatcher::Actions& actions) {
  for (const auto& [what, revision] : actions) {
    switch (what) {
      case EtcdWatcher::Do::kList: List(); break;
      case EtcdWatcher::Do::kWatch: Watch(revision); break;
      case EtcdWatcher::Do::kCloseWatch:
        watch_.reset();
        client_->Avoid(watch_member_);
        break;
      case EtcdWatcher::Do::kDeliver: Deliver(); break;
    }
  }
}

void EtcdCluster::List() {
  client_->List(options_.service + "/", kEtcdMembersMax + 1,
                [this](const Result<EtcdListing>& listing) {
                  Do(watcher_.Listed(Now(), listing));
                  if (listing) CheckOwnEntry();
                  Settle();
                });
}

void EtcdCluster::Watch(std::int64_t from_revision) {
  watch_member_ = client_->member();
  watch_ = client_->Watch(
      options_.service + "/", from_revision,
      [this](const EtcdNotice& notice) {
        Do(watcher_.Noticed(Now(), notice));
        if (!notice.events.empty()) CheckOwnEntry();
        Settle();
      },
      [this](const Error& error) {
        Do(watcher_.WatchEnded(Now(), error));
        Settle();
      });
}

void EtcdCluster::CheckOwnEntry() {
  if (watcher_.roster().IsListed(key_)) return;
  Do(registration_.EntryGone(Now(), watcher_.revision()));
}

void EtcdCluster::LookForOwnEntry() {
  client_->List(key_, 1, [this](const Result<EtcdListing>& listing) {
    Do(registration_.Looked(Now(), listing.transform([this](const EtcdListing& found) {
      return !found.entries.empty() && found.entries.front().key == key_;
    })));
    Settle();
  });
}

void EtcdCluster::AskPeers() {
  if (!delivered_) return Do(registration_.Asked(Now(), false));  // it has none yet
  // The answer may come when this has ended.
  calls_.ask_missed([this, home = home_](bool missed) {
    home->RunAt(home->Now(), [this, missed] {
      Do(registration_.Asked(Now(), missed));
      Settle();
    });
  });
}

// Who has registered is a member of its own ring from then on, whatever becomes of the entry: it
// answers, and puts it again.
void EtcdCluster::Deliver() {
  if (leaving_ || !watcher_.listed() || (!delivered_ && !registration_.registered())) return;
  std::vector<Peer> peers = watcher_.roster().Peers();
  std::erase_if(peers, [this](const Peer& peer) {
    return peer.name == self_.name || peer.address == self_.address;
  });
  peers.push_back(self_);
  std::ranges::sort(peers, {}, &Peer::name);
  if (delivered_ == peers) return;
  delivered_ = peers;
  calls_.joined(peers);
}

// What the node knows of its own place; only once it has joined.
void EtcdCluster::TellSure() {
  const std::optional<EtcdRegistration::Sure> sure = registration_.sure();
  if (leaving_ || !delivered_ || !sure || sure == sure_) return;
  sure_ = sure;
  if (!calls_.sure(sure->asked, sure->until)) return;
  delivered_.reset();
  Deliver();
}

// After whatever has happened: tells of it, and asks to be woken.
void EtcdCluster::Settle() {
  TellSure();
  for (const Said& line : registration_.TakeLines()) calls_.say(line);
  for (const Said& line : watcher_.TakeLines()) calls_.say(line);
  {
    MembershipState state = watcher_.state();
    const MutexLock lock(mutex_);
    std::swap(state_, state);
  }
  if (registration_.gone()) Left(true);
  // Who leaves is told nothing any more: it would be woken for that at once, and again.
  const TimePoint wake =
      leaving_ ? registration_.wake() : std::min(registration_.wake(), watcher_.wake());
  if (wake >= next_wake_) return;  // it comes early enough, and looks again
  next_wake_ = wake;
  home_->RunAt(wake, [this, wake] {
    if (wake != next_wake_) return;  // an earlier one has come since
    next_wake_ = kNever;
    Wake();
  });
}

void EtcdCluster::Wake() {
  Do(registration_.Tick(Now()));
  if (!leaving_) Do(watcher_.Tick(Now()));
  Settle();
}

bool EtcdCluster::Leave(Duration patience) {
  const auto heard = std::make_shared<std::promise<bool>>();
  std::future<bool> left = heard->get_future();
  SayGoodbye(patience, [heard](bool etcd_knows) { heard->set_value(etcd_knows); });
  // The timer may be busy for longer than that.
  return left.wait_for(patience) == std::future_status::ready && left.get();
}

void EtcdCluster::SayGoodbye(Duration patience, Function<void(bool)> left) {
  home_->RunAt(Now(), [this, patience, left = std::move(left)]() mutable {
    Depart(patience, std::move(left));
  });
}

void EtcdCluster::Depart(Duration patience, Function<void(bool)> left) {
  leaving_ = true;
  goodbye_timeout_ = patience / static_cast<std::int64_t>(options_.endpoints.size());
  left_.push_back(std::move(left));
  home_->RunAt(SaturatingAdd(Now(), patience), [this] { Left(false); });
  Do(registration_.Leave(Now()));
  Settle();
}

void EtcdCluster::Left(bool heard) {
  for (Function<void(bool)>& tell : std::exchange(left_, {})) tell(heard);
}

MembershipState EtcdCluster::state() const {
  const MutexLock lock(mutex_);
  return state_;
}

}  // namespace ringlab
