#include "node/cluster/announcer.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "node/wire/wire.h"

namespace ringlab {

namespace {

// Whatever else it answers, it has been reached, and would say the same again.
bool MayHearLater(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kCancelled;
}

}  // namespace

Announcer::Announcer(std::string self, WireTransport& transport, Scheduler& scheduler,
                     std::uint64_t seed)
    : self_(std::move(self)), transport_(transport), scheduler_(scheduler), rng_(seed) {}

void Announcer::SayServing(const std::vector<std::string>& peers,
                           const std::set<std::string>& missed) {
  const std::uint64_t round = BeginRound();
  for (const std::string& peer : peers) {
    if (peer != self_) Try(peer, missed.contains(peer), round, 0);
  }
}

// Nothing of an earlier round is under way when it returns.
std::uint64_t Announcer::BeginRound() {
  std::unique_lock lock(mutex_);
  const std::uint64_t round = ++round_;
  quiet_.wait(lock, [this] { return trying_ == 0; });  // every try has a deadline
  return round;
}

void Announcer::Try(const std::string& peer, bool missed, std::uint64_t round,
                    std::uint32_t failures) {
  {
    const std::lock_guard lock(mutex_);
    if (round != round_) return;
    ++trying_;
  }
  transport_.Announce(peer, {.name = self_, .leaving = false, .missed = missed},
                      SaturatingAdd(scheduler_.Now(), kPatience),
                      [this, peer, missed, round, failures](const Result<void>& heard) {
                        const Duration wait = EndTry(failures);
                        if (heard || !MayHearLater(heard.error().code)) return;
                        scheduler_.RunAt(SaturatingAdd(scheduler_.Now(), wait),
                                         [=, this] { Try(peer, missed, round, failures + 1); });
                      });
}

// Returns how long to wait if it failed.
Duration Announcer::EndTry(std::uint32_t failures) {
  const std::lock_guard lock(mutex_);
  if (--trying_ == 0) quiet_.notify_all();
  return BackoffWait(kBackoff, failures, rng_);
}

std::vector<std::string> Announcer::SayLeaving(const std::vector<std::string>& peers,
                                               Duration patience) {
  BeginRound();
  struct Farewell {
    std::mutex mutex;  // standard: the condition variable wants it
    std::condition_variable changed;
    std::vector<std::string> deaf;
    std::size_t open = 0;
  };
  const auto farewell = std::make_shared<Farewell>();
  farewell->open = peers.size();
  for (const std::string& peer : peers) {
    const auto heard = [farewell, peer](const Result<void>& reply) {
      const std::lock_guard lock(farewell->mutex);
      if (!reply) farewell->deaf.push_back(peer);
      if (--farewell->open == 0) farewell->changed.notify_all();
    };
    if (peer == self_) {
      heard({});
    } else {
      transport_.Announce(peer, {.name = self_, .leaving = true},
                          SaturatingAdd(scheduler_.Now(), patience), heard);
    }
  }
  std::unique_lock lock(farewell->mutex);  // every call ends by its deadline
  farewell->changed.wait(lock, [&] { return farewell->open == 0; });
  return farewell->deaf;
}

}  // namespace ringlab
