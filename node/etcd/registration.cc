#include "node/etcd/registration.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/parse.h"

namespace ringlab {

namespace {

// An entry that stayed for so long was not part of a fight over it.
constexpr Duration kQuiet = std::chrono::seconds(30);
// An answer on a stream may take so long, even for short leases.
constexpr Duration kAnswerMin = std::chrono::seconds(1);

}  // namespace

EtcdRegistration::EtcdRegistration(EtcdRegistrationOptions options)
    : options_(std::move(options)), rng_(options_.seed) {}

EtcdRegistration::Actions EtcdRegistration::Start(TimePoint now) {
  grant_at_ = now;
  return Tick(now);
}

TimePoint EtcdRegistration::Later(TimePoint now, std::uint32_t& failures) {
  return SaturatingAdd(now, BackoffWait(options_.backoff, failures++, rng_));
}

void EtcdRegistration::Trouble(const std::string& what) {
  if (std::exchange(troubled_, true)) return;
  lines_.push_back({true, "etcd: " + what + "; trying again"});
}

TimePoint EtcdRegistration::wake() const {
  if (held_ == Held::kNothing) return leaving_ ? kNever : grant_at_;
  if (held_ != Held::kLease) return kNever;
  const TimePoint put = key_ == Key::kAbsent ? put_at_ : kNever;
  return std::min({expires_, put, stream_at_});
}

EtcdRegistration::Actions EtcdRegistration::Tick(TimePoint now) {
  Actions actions;
  if (held_ == Held::kNothing && !leaving_ && now >= grant_at_) {
    held_ = Held::kGranting;
    asked_ = now;
    actions.push_back({Do::kGrant});
  }
  if (held_ == Held::kLease) TickLease(now, actions);
  return actions;
}

void EtcdRegistration::TickLease(TimePoint now, Actions& actions) {
  if (now >= expires_) {
    // It may live on all the same, and with it the entry.
    return Lose(now, "the lease was not renewed for " + FormatDuration(lease_.ttl), actions);
  }
  if (key_ == Key::kAbsent && now >= put_at_) {
    const bool unsure = past_ == Past::kUnsure;
    key_ = unsure ? Key::kLooking : Key::kPutting;
    actions.push_back({unsure ? Do::kLook : Do::kPut, lease_.id});
  }
  if (now >= stream_at_) TickStream(now, actions);
}

void EtcdRegistration::TickStream(TimePoint now, Actions& actions) {
  if (awaiting_) {
    Trouble("renewing the lease: no answer");
    return CloseStream(now, actions);
  }
  actions.push_back({stream_open_ ? Do::kKeepAlive : Do::kOpenStream, lease_.id});
  stream_open_ = awaiting_ = true;
  sent_ = now;
  stream_at_ = SaturatingAdd(now, std::max(third(), kAnswerMin));
}

void EtcdRegistration::CloseStream(TimePoint now, Actions& actions) {
  if (std::exchange(stream_open_, false)) actions.push_back({Do::kCloseStream});
  awaiting_ = false;
  stream_at_ = Later(now, stream_failures_);
}

EtcdRegistration::Actions EtcdRegistration::Granted(TimePoint now, const Result<EtcdLease>& lease) {
  RL_CHECK(held_ == Held::kGranting);
  if (!lease || lease->ttl <= Duration::zero()) {
    held_ = Held::kNothing;
    grant_at_ = Later(now, grant_failures_);
    Trouble("asking for a lease: " +
            (lease ? "one of no time was granted" : lease.error().message));
    return {};
  }
  lease_ = *lease;
  if (leaving_) {
    held_ = Held::kRevoking;
    return {{Do::kRevoke, lease_.id}};
  }
  held_ = Held::kLease;
  expires_ = SaturatingAdd(asked_, lease_.ttl);
  grant_failures_ = put_failures_ = 0;
  put_at_ = now;
  stream_at_ = SaturatingAdd(now, third());
  return Tick(now);
}

EtcdRegistration::Actions EtcdRegistration::Put(TimePoint now, std::int64_t lease,
                                                const Result<std::int64_t>& revision) {
  if (key_ != Key::kPutting || lease != lease_.id) return {};  // that lease was given up meanwhile
  Actions actions;
  if (revision) {
    key_ = Key::kThere;
    past_ = Past::kUnsure;  // from now on, whenever it is absent
    put_since_ = now;
    put_revision_ = *revision;
    troubled_ = false;
    lines_.push_back({false, "etcd: registered as " + options_.key + ", with a lease of " +
                                 FormatDuration(lease_.ttl)});
    return actions;
  }
  if (revision.error().code == Code::kNotFound) {
    Gone(actions);
    Lose(now, "registering: " + revision.error().message, actions);
    return actions;
  }
  key_ = Key::kAbsent;
  put_at_ = Later(now, put_failures_);
  Trouble("registering as " + options_.key + ": " + revision.error().message);
  return actions;
}

EtcdRegistration::Actions EtcdRegistration::KeptAlive(TimePoint now, const EtcdLease& lease) {
  if (held_ != Held::kLease || lease.id != lease_.id) return {};
  Actions actions;
  if (lease.ttl <= Duration::zero()) {
    Gone(actions);
    Lose(now, "the lease has ended", actions);
    return actions;
  }
  lease_.ttl = lease.ttl;
  // The answer may have lain unread while this process was stopped.
  asked_ = sent_;
  expires_ = SaturatingAdd(asked_, lease.ttl);
  awaiting_ = false;
  stream_failures_ = 0;
  stream_at_ = SaturatingAdd(now, third());
  if (key_ == Key::kThere && std::exchange(troubled_, false)) {
    lines_.push_back({false, "etcd: the lease of " + options_.key + " is renewed again"});
  }
  return actions;
}

EtcdRegistration::Actions EtcdRegistration::StreamEnded(TimePoint now, const Error& error) {
  if (held_ != Held::kLease || !std::exchange(stream_open_, false)) return {};
  awaiting_ = false;
  stream_at_ = Later(now, stream_failures_);
  // That a stream ends is no trouble while the next one renews the lease.
  if (stream_failures_ > 1) Trouble("renewing the lease: " + error.message);
  return {};
}

// The lease is as good as gone. The new one takes over the entry, if it is still there: a put moves
// it, so that the end of the old one takes nothing along.
void EtcdRegistration::Lose(TimePoint now, const std::string& why, Actions& actions) {
  lines_.push_back({true, "etcd: " + options_.key + " is not registered any more: " + why +
                              "; asking for a new lease"});
  troubled_ = true;
  if (std::exchange(stream_open_, false)) actions.push_back({Do::kCloseStream});
  awaiting_ = false;
  stream_failures_ = 0;
  key_ = Key::kAbsent;
  held_ = Held::kNothing;
  // Short of a moment: those who lost their leases together ask apart.
  grant_at_ = Later(now, grant_failures_);
}

// Others have taken this node off their rings, and its keys with it.
void EtcdRegistration::Gone(Actions& actions) {
  if (std::exchange(past_, Past::kKnown) == Past::kUnsure) actions.push_back({Do::kStepAside});
}

EtcdRegistration::Actions EtcdRegistration::Looked(TimePoint now, const Result<bool>& there) {
  if (key_ != Key::kLooking) return {};  // the lease was given up meanwhile
  key_ = Key::kAbsent;
  if (!there) {
    put_at_ = Later(now, put_failures_);
    Trouble("looking for " + options_.key + ": " + there.error().message);
    return {};
  }
  if (*there) return PutAgain(now);
  key_ = Key::kAsking;
  return {{Do::kAskPeers}};
}

EtcdRegistration::Actions EtcdRegistration::Asked(TimePoint now, bool missed) {
  if (key_ != Key::kAsking) return {};
  key_ = Key::kAbsent;
  Actions actions;
  if (missed) Gone(actions);
  for (const Action& action : PutAgain(now)) actions.push_back(action);
  return actions;
}

EtcdRegistration::Actions EtcdRegistration::PutAgain(TimePoint now) {
  past_ = Past::kKnown;
  put_at_ = now;
  return Tick(now);
}

EtcdRegistration::Actions EtcdRegistration::EntryGone(TimePoint now, std::int64_t revision) {
  if (held_ != Held::kLease || key_ != Key::kThere || revision < put_revision_) return {};
  if (now - put_since_ >= kQuiet) put_failures_ = 0;
  key_ = Key::kAbsent;
  put_at_ = Later(now, put_failures_);
  lines_.push_back({true, "etcd: somebody deleted " + options_.key + "; putting it again"});
  Actions actions;
  Gone(actions);
  return actions;
}

EtcdRegistration::Actions EtcdRegistration::Leave(TimePoint) {
  leaving_ = true;
  Actions actions;
  key_ = Key::kAbsent;
  if (held_ != Held::kLease) return actions;
  if (std::exchange(stream_open_, false)) actions.push_back({Do::kCloseStream});
  held_ = Held::kRevoking;
  actions.push_back({Do::kRevoke, lease_.id});
  return actions;
}

EtcdRegistration::Actions EtcdRegistration::Revoked(TimePoint, const Result<void>& result) {
  RL_CHECK(held_ == Held::kRevoking);
  const bool silent = !result && (result.error().code == Code::kUnavailable ||
                                  result.error().code == Code::kDeadlineExceeded);
  if (silent && ++revokes_ < options_.members) return {{Do::kRevoke, lease_.id}};
  held_ = Held::kNothing;
  if (result || result.error().code == Code::kNotFound) return {};
  lines_.push_back({true, "etcd: leaving: " + result.error().message +
                              "; the others learn it when the lease ends, within " +
                              FormatDuration(lease_.ttl)});
  return {};
}

}  // namespace ringlab
