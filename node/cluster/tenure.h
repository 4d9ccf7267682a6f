// Tenure: whether this node can be sure that its peers have it on their rings, where a lease in
// etcd says so.
//
// Each renewal makes it sure until the lease would end. When none comes, it asks the peers: was I
// off your ring at any moment since? Who says no promises to keep it there for a second more
// (node/cluster/absences.h). If all say no, it is as sure for that second as by a lease; a peer
// that cannot be reached says nothing, and leaves it sure enough to answer reads. It asks again
// before the second is over, for as long as etcd is silent. One yes, and others may have owned its
// keys. So when etcd is away from everybody nothing changes, and a node that alone was stopped or
// cut off learns it from the first that it reaches.
//
// Thread-safe. Transport and scheduler have ended before it does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/base/function.h"
#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "core/ring/membership.h"
#include "node/wire/wire_transport.h"

namespace ringlab {

class Tenure {
 public:
  // `missed` is called when a peer says yes, on a thread of the transport's or the scheduler's.
  Tenure(Membership& membership, WireTransport& transport, Scheduler& scheduler,
         std::function<void()> missed);

  // Asked at `asked`, etcd has renewed the lease until then.
  void Renewed(TimePoint asked, TimePoint until) RL_EXCLUDES(mutex_);

  // This node leaves: there is no lease any more, and nothing to be sure of.
  void Ended() RL_EXCLUDES(mutex_) { End(kNever); }

  // It has stepped aside: what peers with an old ring would write here is refused.
  void Missed() RL_EXCLUDES(mutex_) { End(TimePoint{}); }

  // Asks once: true when a peer has missed this node, or cannot be asked. On any thread.
  void AskOnce(Function<void(bool)> missed) RL_EXCLUDES(mutex_);

 private:
  struct Round;

  static constexpr Duration kAhead = std::chrono::milliseconds(500);     // of the end
  static constexpr Duration kPatience = std::chrono::milliseconds(400);  // with a peer

  void End(TimePoint writes_until) RL_EXCLUDES(mutex_);
  void AskAt(TimePoint when) RL_REQUIRES(mutex_);
  void Ask(std::uint64_t spell) RL_EXCLUDES(mutex_);
  void Send(const std::shared_ptr<Round>& round, TimePoint since);
  void Heard(Round& round, const Result<void>& answer) RL_EXCLUDES(mutex_);
  void Settle(const Round& round) RL_EXCLUDES(mutex_);

  Membership& membership_;
  WireTransport& transport_;
  Scheduler& scheduler_;
  const std::function<void()> missed_;
  Mutex mutex_;
  std::uint64_t spell_ RL_GUARDED_BY(mutex_) = 0;  // one more with each renewal
  TimePoint asked_ RL_GUARDED_BY(mutex_){};        // of the last renewal
};

}  // namespace ringlab
