#include "node/etcd/watcher.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/parse.h"
#include "node/etcd/member.h"

namespace ringlab {

namespace {

constexpr std::size_t kComplaintsTold = 3;  // at a time

std::string Left(std::size_t n) {
  return n == 1 ? "an entry is left out" : std::to_string(n) + " entries are left out";
}

}  // namespace

EtcdWatcher::EtcdWatcher(EtcdWatcherOptions options)
    : options_(std::move(options)), rng_(options_.seed), roster_(options_.prefix) {}

EtcdWatcher::Actions EtcdWatcher::Start(TimePoint now) {
  list_at_ = now;
  return Tick(now);
}

TimePoint EtcdWatcher::wake() const {
  const TimePoint next = phase_ == Phase::kWaiting    ? list_at_
                         : phase_ == Phase::kWatching ? created_by_
                                                      : kNever;
  return std::min({next, deliver_at_, complain_at_, doubles_at_, roster_.next_expiry()});
}

EtcdWatcher::Actions EtcdWatcher::Tick(TimePoint now) {
  Actions actions;
  if (now >= roster_.next_expiry()) {
    roster_.Expire(now);
    Changed(now);
  }
  if (now >= deliver_at_) {
    deliver_at_ = kNever;
    actions.push_back({Do::kDeliver});
    complain_at_ = std::max(now, complain_from_);
    doubles_at_ = std::max(now, doubles_from_);
  }
  if (now >= complain_at_) Complain(now);
  if (now >= doubles_at_) TellDoubles(now);
  if (phase_ == Phase::kWaiting && now >= list_at_) {
    phase_ = Phase::kListing;
    actions.push_back({Do::kList});
  }
  if (phase_ == Phase::kWatching && now >= created_by_) {
    CloseWatch(now, "watching: no answer", actions);
  }
  return actions;
}

void EtcdWatcher::Changed(TimePoint now) {
  deliver_at_ = std::min(deliver_at_, SaturatingAdd(now, options_.gather_for));
}

EtcdWatcher::Actions EtcdWatcher::Listed(TimePoint now, const Result<EtcdListing>& listing) {
  RL_CHECK(phase_ == Phase::kListing);
  if (!listing) {
    Retry(now, listing.error().message);
    if (!std::exchange(away_, true)) {
      lines_.push_back(
          {true, "etcd: " + listing.error().message + "; " +
                     (listed_ ? "going on with the last ring" : "waiting for it to join")});
    }
    return {};
  }
  if (std::exchange(away_, false)) {
    lines_.push_back({false, "etcd: it answers, after " + FormatDuration(now - *stale_since_)});
  }
  roster_.Replace(*listing, now, KeepUntil(now, *listing));
  revision_ = listing->revision;
  listed_ = true;
  stale_since_.reset();
  last_error_.clear();
  Changed(now);
  phase_ = Phase::kWatching;
  created_by_ = SaturatingAdd(now, options_.created_within);
  return {{Do::kWatch, revision_ + 1}};
}

// How long to keep whom a listing lacks. After a short cut the listing is right: they have left.
// But in a long one leases may have ended of nodes that live, and are about to register again; and
// an etcd whose revisions have gone back has lost its data.
TimePoint EtcdWatcher::KeepUntil(TimePoint now, const EtcdListing& listing) const {
  if (!listed_) return now;
  const bool long_away = stale_since_ && now - *stale_since_ >= options_.keep_for / 2;
  if (!long_away && listing.revision >= revision_) return now;
  return SaturatingAdd(now, options_.keep_for);
}

EtcdWatcher::Actions EtcdWatcher::Noticed(TimePoint now, const EtcdNotice& notice) {
  if (phase_ != Phase::kWatching) return {};
  Actions actions;
  if (notice.canceled) {
    const std::string why =
        notice.compact_revision > 0
            ? "watching: revision " + std::to_string(revision_ + 1) + " is compacted"
            : "watching: etcd refuses it: " + ForLog(notice.cancel_reason);
    if (refusal_told_ != why) lines_.push_back({true, "etcd: " + why + "; listing again"});
    refusal_told_ = why;
    CloseWatch(now, why, actions);
    return actions;
  }
  created_by_ = kNever;
  failures_ = 0;
  // A watch that catches up comes in pieces, each of which names the store's last revision.
  if (notice.events.empty()) revision_ = std::max(revision_, notice.revision);
  for (const EtcdEvent& event : notice.events) {
    roster_.Apply(event);
    revision_ = std::max(revision_, event.entry.mod_revision);
  }
  if (!notice.events.empty()) Changed(now);
  return actions;
}

EtcdWatcher::Actions EtcdWatcher::WatchEnded(TimePoint now, const Error& error) {
  if (phase_ == Phase::kWatching) Retry(now, "watching: " + error.message);
  return {};
}

void EtcdWatcher::CloseWatch(TimePoint now, const std::string& why, Actions& actions) {
  actions.push_back({Do::kCloseWatch});
  Retry(now, why);
}

void EtcdWatcher::Retry(TimePoint now, const std::string& why) {
  phase_ = Phase::kWaiting;
  created_by_ = kNever;
  list_at_ = SaturatingAdd(now, BackoffWait(options_.backoff, failures_++, rng_));
  last_error_ = why;
  if (!stale_since_) stale_since_ = now;
}

// In one line, and seldom: whoever writes rubbish may write much of it. What comes too early after
// the last line is in the next one.
void EtcdWatcher::Complain(TimePoint now) {
  complain_at_ = kNever;
  std::vector<std::string> complaints = roster_.Complaints();
  if (complaints == complaints_) return;
  complaints_ = std::move(complaints);
  if (complaints_.empty()) return;
  complain_from_ = SaturatingAdd(now, options_.complain_every);
  std::string text = "etcd: under \"" + ForLog(options_.prefix) + "\" " + Left(complaints_.size());
  for (std::size_t i = 0; i < std::min(complaints_.size(), kComplaintsTold); ++i) {
    text += (i == 0 ? ": " : "; ") + complaints_[i];
  }
  lines_.push_back({true, text});
}

// Each once, for as long as it lasts. Which of the two should have another name is not ours to say.
void EtcdWatcher::TellDoubles(TimePoint now) {
  doubles_at_ = kNever;
  const std::vector<EtcdDouble> before = std::exchange(doubles_, roster_.Doubles());
  std::size_t fresh = 0;
  for (const EtcdDouble& each : doubles_) {
    if (std::ranges::find(before, each) != before.end() || ++fresh > kComplaintsTold) continue;
    const bool own = each.older == options_.self || each.younger == options_.self;
    const auto shown = [this](const Peer& peer) {
      return (peer == options_.self ? "this one at " : "") + peer.address;
    };
    lines_.push_back({true, "etcd: two nodes are called \"" + ForLog(each.older.name) +
                                "\": " + shown(each.older) + " and " + shown(each.younger) +
                                "; only the younger one, " + each.younger.address + ", is on the " +
                                (own ? "others' rings" : "ring") +
                                "; if both live, start one of them with another --name"});
  }
  if (fresh == 0) return;
  doubles_from_ = SaturatingAdd(now, options_.complain_every);
  if (fresh <= kComplaintsTold) return;
  const std::size_t more = fresh - kComplaintsTold;
  lines_.push_back({true, "etcd: under \"" + ForLog(options_.prefix) + "\" " +
                              std::to_string(more) + " more nodes have the name of another"});
}

MembershipState EtcdWatcher::state() const {
  return {.members = roster_.Peers(),
          .stale_since = stale_since_,
          .revision = revision_,
          .last_error = last_error_,
          .left_out = roster_.left_out()};
}

}  // namespace ringlab
