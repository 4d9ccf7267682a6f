// EtcdCluster: a node's part in a cluster that etcd keeps: it registers the node, and tells it who
// its peers are, the node itself always among them.
//
// Thread-safe. A thread of its own runs the two state machines (EtcdRegistration and EtcdWatcher),
// the client's callbacks and `joined`, which may take as long as building a ring. Its owner stops
// it before the node ends.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/etcd/client.h"
#include "node/etcd/options.h"
#include "node/etcd/registration.h"
#include "node/etcd/watcher.h"
#include "node/live/timer_thread.h"

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

  // Begins at once, and goes on trying for as long as it takes. kInvalidArgument names a file of
  // the options that cannot be read. `self` is this node: its name, and what the others dial.
  static Result<std::unique_ptr<EtcdCluster>> Start(EtcdOptions options, Peer self,
                                                    std::uint64_t seed, Calls calls);
  ~EtcdCluster();

  // Deregisters: the others learn it at once, and `joined` is not called any more. Blocks until
  // etcd has heard, or `patience` is over. True when it has, or there was nothing to tell.
  bool Leave(Duration patience);

  // Of now; with this node's time, not a time of day.
  MembershipState state() const;

  // Nothing is called back any more. Idempotent; blocks, but never on etcd.
  void Stop();

 private:
  EtcdCluster(EtcdOptions options, Peer self, std::uint64_t seed, Calls calls);

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

  const EtcdOptions options_;
  const Peer self_;
  const std::string key_;
  const Calls calls_;
  TimerThread home_;  // what follows is its thread's, but for what is guarded
  std::unique_ptr<EtcdClient> client_;
  EtcdRegistration registration_;
  EtcdWatcher watcher_;
  std::shared_ptr<EtcdStream> watch_;
  std::shared_ptr<EtcdStream> keepalive_;
  std::size_t watch_member_ = 0;  // of etcd, to which the stream goes
  std::size_t keepalive_member_ = 0;
  TimePoint next_wake_ = kNever;
  std::optional<std::vector<Peer>> delivered_;
  std::optional<EtcdRegistration::Sure> sure_;  // as told
  bool leaving_ = false;
  Duration goodbye_timeout_{};  // of one call to give the lease back
  bool stopped_ = false;

  mutable std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable left_;
  bool gone_ = false;
  MembershipState state_;
};

}  // namespace ringlab
