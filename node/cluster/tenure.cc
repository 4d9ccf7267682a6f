#include "node/cluster/tenure.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/cluster/absences.h"
#include "node/wire/wire.h"

namespace ringlab {

// One question to every peer.
struct Tenure::Round {
  std::uint64_t spell = 0;
  TimePoint began;
  std::atomic<std::size_t> open = 1;  // calls, and the one who makes them
  std::atomic<bool> missed = false;
  std::atomic<bool> all_promise = true;
  Function<void(bool)> once;  // who asked for this round alone
};

Tenure::Tenure(Membership& membership, WireTransport& transport, Scheduler& scheduler,
               std::function<void()> missed)
    : membership_(membership),
      transport_(transport),
      scheduler_(scheduler),
      missed_(std::move(missed)) {}

void Tenure::Renewed(TimePoint asked, TimePoint until) {
  const MutexLock lock(mutex_);
  ++spell_;
  asked_ = asked;
  membership_.SureUntil(until, until);
  AskAt(until - kAhead);
}

void Tenure::End(TimePoint writes_until) {
  const MutexLock lock(mutex_);
  ++spell_;
  membership_.SureUntil(kNever, writes_until);
}

void Tenure::AskAt(TimePoint when) {
  scheduler_.RunAt(when, [this, spell = spell_] { Ask(spell); });
}

void Tenure::Ask(std::uint64_t spell) {
  const auto round = std::make_shared<Round>();
  round->spell = spell;
  TimePoint since;
  {
    const MutexLock lock(mutex_);
    if (spell != spell_) return;  // renewed meanwhile
    since = asked_;
  }
  Send(round, since);
}

void Tenure::AskOnce(Function<void(bool)> missed) {
  const auto round = std::make_shared<Round>();
  round->once = std::move(missed);
  TimePoint since;
  {
    const MutexLock lock(mutex_);
    since = asked_;
  }
  Send(round, since);
}

void Tenure::Send(const std::shared_ptr<Round>& round, TimePoint since) {
  std::vector<std::string> peers = membership_.Snapshot()->ring->nodes();
  std::erase(peers, membership_.self_name());
  round->began = scheduler_.Now();
  round->open += peers.size();
  const Announcement question{.name = membership_.self_name(),
                              .unheard = std::max(round->began - since, Duration(1))};
  for (const std::string& peer : peers) {
    transport_.Announce(peer, question, SaturatingAdd(round->began, kPatience),
                        [this, round](const Result<void>& answer) { Heard(*round, answer); });
  }
  Heard(*round, {});
}

void Tenure::Heard(Round& round, const Result<void>& answer) {
  if (!answer) {
    round.all_promise = false;
    if (answer.error().code == Code::kFailedPrecondition && !round.missed.exchange(true) &&
        !round.once) {
      missed_();  // calls Missed
    }
  }
  if (round.open.fetch_sub(1) > 1) return;
  if (round.once) return round.once(!round.all_promise);
  Settle(round);
}

// Everybody has answered, or cannot be reached.
void Tenure::Settle(const Round& round) {
  const MutexLock lock(mutex_);
  if (round.spell != spell_) return;
  const TimePoint now = scheduler_.Now();
  const TimePoint promised = SaturatingAdd(round.began, Absences::kPromise);
  membership_.SureUntil(std::max(membership_.sure_until(), SaturatingAdd(now, Absences::kPromise)),
                        round.all_promise ? std::max(membership_.writes_until(), promised)
                                          : membership_.writes_until());
  AskAt(round.began + Absences::kPromise - kAhead);
}

}  // namespace ringlab
