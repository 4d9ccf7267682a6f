// Announcer: tells a node's peers that it serves, until each has heard, or that it leaves, once.
//
// For clusters whose peers are a list: where etcd keeps it, etcd tells. A peer that cannot be
// reached is told again, ever more seldom: it may have seen this node leave, and must learn that it
// is back. Thread-safe. Transport and scheduler have ended before the announcer does.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/scheduler.h"
#include "node/wire/wire_transport.h"

namespace ringlab {

class Announcer {
 public:
  Announcer(std::string self, WireTransport& transport, Scheduler& scheduler, std::uint64_t seed);

  // In place of whatever was being said before. A peer hears one thing at a time, so that what it
  // heard last is what was said last. Those of `missed` were off this node's ring until now.
  void SayServing(const std::vector<std::string>& peers, const std::set<std::string>& missed = {});

  // Returns when each has heard or cannot be reached, after `patience` at the latest. Blocks.
  // Returns who has not heard.
  std::vector<std::string> SayLeaving(const std::vector<std::string>& peers, Duration patience);

 private:
  static constexpr BackoffOptions kBackoff{.first = std::chrono::milliseconds(250),
                                           .longest = std::chrono::seconds(10)};
  static constexpr Duration kPatience = std::chrono::seconds(1);  // of one try

  std::uint64_t BeginRound();
  Duration EndTry(std::uint32_t failures);
  void Try(const std::string& peer, bool missed, std::uint64_t round, std::uint32_t failures);

  const std::string self_;
  WireTransport& transport_;
  Scheduler& scheduler_;
  std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable quiet_;
  std::uint64_t round_ = 0;  // what is said now; older tries end
  std::size_t trying_ = 0;   // calls under way
  Rng rng_;
};

}  // namespace ringlab
