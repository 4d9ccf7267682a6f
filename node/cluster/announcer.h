// Announcer: tells a node's peers that it serves, until each has heard, or that it leaves, once.
//
// For clusters whose peers are a list: where etcd keeps it, etcd tells. A peer that cannot be
// reached is told again, ever more seldom: it may have seen this node leave, and must learn that it
// is back. Thread-safe. Transport and scheduler have ended before the announcer does.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/function.h"
#include "core/base/random.h"
#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "node/wire/wire_transport.h"

namespace ringlab {

class Announcer {
 public:
  Announcer(std::string self, WireTransport& transport, Scheduler& scheduler, std::uint64_t seed);

  // In place of whatever was being said before, as soon as what is under way of that has ended: a
  // peer hears one thing at a time, so that what it heard last is what was said last. Those of
  // `missed` were off this node's ring until now.
  void SayServing(const std::vector<std::string>& peers, const std::set<std::string>& missed = {})
      RL_EXCLUDES(mutex_);

  // Likewise. `told` gets who has not heard, when each has or cannot be reached: after kPatience
  // for what is under way, and `patience`, at the latest. On any thread, perhaps at once.
  void SayLeaving(const std::vector<std::string>& peers, Duration patience,
                  Function<void(std::vector<std::string>)> told) RL_EXCLUDES(mutex_);

 private:
  static constexpr BackoffOptions kBackoff{.first = std::chrono::milliseconds(250),
                                           .longest = std::chrono::seconds(10)};
  static constexpr Duration kPatience = std::chrono::seconds(1);  // of one try

  struct Farewell;

  void Begin(Function<void(std::uint64_t round)> say) RL_EXCLUDES(mutex_);
  void SayNext() RL_EXCLUDES(mutex_);
  Duration WaitAfter(std::uint32_t failures) RL_EXCLUDES(mutex_);
  void EndCall() RL_EXCLUDES(mutex_);
  void Try(const std::string& peer, bool missed, std::uint64_t round, std::uint32_t failures)
      RL_EXCLUDES(mutex_);
  void SayGoodbye(const std::string& peer, const std::shared_ptr<Farewell>& farewell)
      RL_EXCLUDES(mutex_);

  const std::string self_;
  WireTransport& transport_;
  Scheduler& scheduler_;
  Mutex mutex_;
  std::deque<Function<void()>> waiting_ RL_GUARDED_BY(mutex_);  // what is said next
  std::uint64_t round_ RL_GUARDED_BY(mutex_) = 0;               // what is said now; older tries end
  std::size_t trying_ RL_GUARDED_BY(mutex_) = 0;  // calls under way, and who begins a round
  Rng rng_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
