#include "node/cluster/tenure.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/wire/wire.h"

namespace ringlab {

// One question to every peer.
struct Tenure::Round {
  std::uint64_t spell;
  TimePoint began;
  std::atomic<std::size_t> open;
  std::atomic<bool> missed{false};
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
  membership_.SureUntil(until);
  AskAt(until - kAhead);
}

void Tenure::Ended() {
  const MutexLock lock(mutex_);
  ++spell_;
  membership_.SureUntil(kNever);
}

void Tenure::AskAt(TimePoint when) {
  scheduler_.RunAt(when, [this, spell = spell_] { Ask(spell); });
}

void Tenure::Ask(std::uint64_t spell) {
  std::vector<std::string> peers = membership_.Snapshot()->ring->nodes();
  std::erase(peers, membership_.self_name());
  const auto round = std::make_shared<Round>();
  round->spell = spell;
  round->began = scheduler_.Now();
  round->open = peers.size() + 1;
  Announcement question{.name = membership_.self_name()};
  {
    const MutexLock lock(mutex_);
    if (spell != spell_) return;  // renewed meanwhile
    question.unheard = std::max(round->began - asked_, Duration(1));
  }
  for (const std::string& peer : peers) {
    transport_.Announce(peer, question, SaturatingAdd(round->began, kWord),
                        [this, round](const Result<void>& answer) { Heard(*round, answer); });
  }
  Heard(*round, {});
}

void Tenure::Heard(Round& round, const Result<void>& answer) {
  if (!answer && answer.error().code == Code::kFailedPrecondition && !round.missed.exchange(true)) {
    missed_();  // calls Ended
  }
  if (round.open.fetch_sub(1) > 1) return;
  const MutexLock lock(mutex_);
  if (round.spell != spell_) return;
  // From its end on: a peer that cannot be reached takes all of a question's time.
  const TimePoint now = scheduler_.Now();
  membership_.SureUntil(std::max(membership_.sure_until(), SaturatingAdd(now, kWord)));
  AskAt(now + kAhead);
}

}  // namespace ringlab
