#include "node/cluster/announcer.h"

#include <utility>

#include "node/wire/wire.h"

namespace ringlab {

namespace {

// Whatever else it answers, it has been reached, and would say the same again.
bool MayHearLater(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kCancelled;
}

}  // namespace

// One goodbye to every peer.
struct Announcer::Farewell {
  Function<void(std::vector<std::string>)> told;
  Duration patience;
  Mutex mutex;
  std::vector<std::string> deaf RL_GUARDED_BY(mutex);
  std::size_t open RL_GUARDED_BY(mutex) = 1;  // calls, and the one who makes them

  // The last one tells.
  void Heard(const std::string& peer, bool heard) RL_EXCLUDES(mutex) {
    std::vector<std::string> all;
    {
      const MutexLock lock(mutex);
      if (!heard) deaf.push_back(peer);
      if (--open > 0) return;
      all = std::move(deaf);
    }
    told(std::move(all));
  }
};

Announcer::Announcer(std::string self, WireTransport& transport, Scheduler& scheduler,
                     std::uint64_t seed)
    : self_(std::move(self)), transport_(transport), scheduler_(scheduler), rng_(seed) {}

void Announcer::SayServing(const std::vector<std::string>& peers,
                           const std::set<std::string>& missed) {
  Begin([this, peers, missed](std::uint64_t round) {
    for (const std::string& peer : peers) {
      if (peer != self_) Try(peer, missed.contains(peer), round, 0);
    }
  });
}

void Announcer::SayLeaving(const std::vector<std::string>& peers, Duration patience,
                           Function<void(std::vector<std::string>)> told) {
  const auto farewell = std::make_shared<Farewell>();
  farewell->told = std::move(told);
  farewell->patience = patience;
  Begin([this, peers, farewell](std::uint64_t) {
    for (const std::string& peer : peers) {
      if (peer != self_) SayGoodbye(peer, farewell);
    }
    farewell->Heard("", true);
  });
}

// A new round: what is left of earlier ones ends. It begins when nothing of them is under way,
// which every try's deadline bounds.
void Announcer::Begin(Function<void(std::uint64_t)> say) {
  {
    const MutexLock lock(mutex_);
    const std::uint64_t round = ++round_;
    waiting_.push_back([say = std::move(say), round]() mutable { say(round); });
    if (trying_ > 0) return;
    ++trying_;
  }
  SayNext();
}

// By who holds one of trying_.
void Announcer::SayNext() {
  Function<void()> next;
  {
    const MutexLock lock(mutex_);
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  next();
  EndCall();
}

void Announcer::EndCall() {
  {
    const MutexLock lock(mutex_);
    if (trying_ > 1 || waiting_.empty()) {
      --trying_;
      return;
    }
  }
  SayNext();
}

void Announcer::Try(const std::string& peer, bool missed, std::uint64_t round,
                    std::uint32_t failures) {
  {
    const MutexLock lock(mutex_);
    if (round != round_) return;
    ++trying_;
  }
  transport_.Announce(peer, {.name = self_, .leaving = false, .missed = missed},
                      SaturatingAdd(scheduler_.Now(), kPatience),
                      [this, peer, missed, round, failures](const Result<void>& heard) {
                        const Duration wait = WaitAfter(failures);
                        if (!heard && MayHearLater(heard.error().code)) {
                          scheduler_.RunAt(SaturatingAdd(scheduler_.Now(), wait),
                                           [=, this] { Try(peer, missed, round, failures + 1); });
                        }
                        EndCall();
                      });
}

void Announcer::SayGoodbye(const std::string& peer, const std::shared_ptr<Farewell>& farewell) {
  {
    const MutexLock lock(mutex_);
    ++trying_;
  }
  {
    const MutexLock lock(farewell->mutex);
    ++farewell->open;
  }
  transport_.Announce(peer, {.name = self_, .leaving = true},
                      SaturatingAdd(scheduler_.Now(), farewell->patience),
                      [this, peer, farewell](const Result<void>& heard) {
                        EndCall();
                        farewell->Heard(peer, heard.has_value());
                      });
}

Duration Announcer::WaitAfter(std::uint32_t failures) {
  const MutexLock lock(mutex_);
  return BackoffWait(kBackoff, failures, rng_);
}

}  // namespace ringlab
