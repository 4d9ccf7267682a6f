// Tenure: whether this node can be sure that its peers have it on their rings, where a lease in
// etcd says so.
//
// Each renewal makes it sure until the lease would end. When none comes, it asks the peers: was I
// off your ring at any moment since? If none says yes, it is sure for a second more, and asks again
// before that is over, for as long as etcd is silent; a peer that cannot be reached says nothing.
// One yes, and others may have owned its keys. So when etcd is away from everybody nothing changes,
// and a node that alone was stopped or cut off learns it from the first that it reaches.
//
// Thread-safe. Transport and scheduler have ended before it does.
#pragma once

#include <cstdint>
#include <functional>

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

  // There is no lease, and nothing to be sure of: this node is on nobody's ring, nor on its own.
  void Ended() RL_EXCLUDES(mutex_);

 private:
  struct Round;

  static constexpr Duration kAhead = std::chrono::milliseconds(500);  // of the end of being sure
  static constexpr Duration kWord = std::chrono::seconds(1);  // for so long the peers' word holds

  void AskAt(TimePoint when) RL_REQUIRES(mutex_);
  void Ask(std::uint64_t spell) RL_EXCLUDES(mutex_);
  void Heard(Round& round, const Result<void>& answer) RL_EXCLUDES(mutex_);

  Membership& membership_;
  WireTransport& transport_;
  Scheduler& scheduler_;
  const std::function<void()> missed_;
  Mutex mutex_;
  std::uint64_t spell_ RL_GUARDED_BY(mutex_) = 0;  // one more with each renewal
  TimePoint asked_ RL_GUARDED_BY(mutex_){};        // of the last renewal
};

}  // namespace ringlab
