// EtcdCluster: a node's part in a cluster that etcd keeps: it registers the node, and tells it who
// its peers are, the node itself always among them.
//
// Thread-safe. The two state machines (EtcdRegistration and EtcdWatcher), the client's callbacks
// and `joined` run on the timer, which should be its own where building a ring must hold up nobody
// else. Its owner stops it before the node ends.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/sync.h"
#include "node/etcd/client.h"
#include "node/etcd/options.h"
#include "node/etcd/registration.h"
#include "node/etcd/watcher.h"
#include "node/live/timer.h"

namespace ringlab {

class EtcdCluster {
 public:
  struct Calls {
    // The peers, from the first time on that this node is registered: then, and after each change.
    std::function<void(const std::vector<Peer>&)> joined;
    std::function<void(const Said&)> say;  // for the log

    // The others have had this node off their rings: it takes itself off its own before it returns.
    // `joined` comes when it is registered again.
    std::function<void()> missed = [] {};

    // Whether they have, by their own word. Answers once, on any thread.
    std::function<void(Function<void(bool)>)> ask_missed = [](auto answer) { answer(true); };

    // The lease was asked for at `asked`, and keeps the entry until then. True: `joined` is to be
    // called once more, whether or not the peers have changed.
    std::function<bool(TimePoint asked, TimePoint until)> sure = [](TimePoint, TimePoint) {
      return false;
    };
  };

  // What it stands on. The timer outlives it, and whatever has not answered `ask_missed` yet.
  struct Ground {
    Timer& timer;
    MakeEtcdClient client;
  };

  // Begins at once, and goes on trying for as long as it takes. An error is the client's.
  // `self` is this node: its name, and what the others dial.
  static Result<std::unique_ptr<EtcdCluster>> Start(EtcdOptions options, Peer self,
                                                    std::uint64_t seed, const Ground& ground,
                                                    Calls calls);
  ~EtcdCluster();

  // Deregisters: the others learn it at once, and `joined` is not called any more. Blocks until
  // etcd has heard, or `patience` is over. True when it has, or there was nothing to tell.
  bool Leave(Duration patience);

  // Likewise without blocking. `left` gets the answer once, on the timer, or never if this ends
  // before.
  void SayGoodbye(Duration patience, Function<void(bool)> left);

  // Of now; with this node's time, not a time of day.
  MembershipState state() const;

  // Nothing is called back any more. Idempotent; blocks, but never on etcd.
  void Stop();

 private:
  EtcdCluster(EtcdOptions options, Peer self, std::uint64_t seed, Timer& timer, Calls calls);

  TimePoint Now() const { return home_->Now(); }
  void Begin();
  void Do(const EtcdRegistration::Actions& actions);
  void Do(const EtcdWatcher::Actions& actions);
  void List();
  void Watch(std::int64_t from_revision);
  void OpenKeepAlive(std::int64_t lease);
  void GiveUpOnMember();
  void CheckOwnEntry();
  void LookForOwnEntry();
  void AskPeers();
  void TellSure();
  void Deliver();
  void Settle();
  void Wake();
  void Depart(Duration patience, Function<void(bool)> left);
  void Left(bool heard);

  const EtcdOptions options_;
  const Peer self_;
  const std::string key_;
  const Calls calls_;
  // What follows is its tasks', but for what is guarded. Shared with answers that may outlive us.
  const std::shared_ptr<TimerLane> home_;
  std::unique_ptr<EtcdClient> client_;
  EtcdRegistration registration_;
  EtcdWatcher watcher_;
  std::shared_ptr<EtcdStream> watch_;
  std::shared_ptr<EtcdKeepAlive> keepalive_;
  std::size_t watch_member_ = 0;  // of etcd, to which the stream goes
  std::size_t keepalive_member_ = 0;
  TimePoint next_wake_ = kNever;
  std::optional<std::vector<Peer>> delivered_;
  std::optional<EtcdRegistration::Sure> sure_;  // as told
  bool leaving_ = false;
  Duration goodbye_timeout_{};              // of one call to give the lease back
  std::vector<Function<void(bool)>> left_;  // who is to be told
  bool stopped_ = false;

  mutable Mutex mutex_;
  MembershipState state_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
