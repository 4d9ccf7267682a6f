// EtcdWatcher: how a node follows who is in its cluster, as a state machine without a network.
//
// List the prefix, then watch it from the revision after the listing's. When the watch ends, for
// whatever reason (its stream broke, etcd has compacted what it asked for, it was refused), list
// again: what was missed is in the listing. While etcd is away the last members stand, marked as
// stale. Changes are delivered together, shortly after the first, so that a burst of them makes one
// ring.
//
// It is told what happened and when, and answers what to do; wake() is when it wants to be told the
// time. A listing must be answered exactly once; of a watch it is told each message and its end,
// and nothing after kCloseWatch. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/result.h"
#include "node/etcd/roster.h"
#include "node/etcd/types.h"
#include "node/live/said.h"

namespace ringlab {

// What a node knows of its cluster through etcd: for status pages and metrics.
struct MembershipState {
  std::vector<Peer> members;  // as etcd lists them; this node is there once registered
  std::optional<TimePoint>
      stale_since;            // etcd cannot be asked since then, the members are of before
  std::int64_t revision = 0;  // of etcd's store
  std::string last_error;     // of the last attempt, "" if it went well
  std::size_t left_out = 0;   // entries that cannot be read
};

struct EtcdWatcherOptions {
  std::string prefix;                                   // "SERVICE/"
  Peer self = {};                                       // this node, if it registers there
  Duration keep_for = std::chrono::seconds(10);         // whom a listing after an outage lacks
  Duration gather_for = std::chrono::milliseconds(50);  // changes, before they are delivered
  Duration created_within = std::chrono::seconds(3);    // a watch that was asked for
  Duration complain_every = std::chrono::seconds(10);   // at most, of what is wrong
  std::uint64_t seed = 1;
  BackoffOptions backoff = {.first = std::chrono::milliseconds(200),
                            .longest = std::chrono::seconds(2)};
};

class EtcdWatcher {
 public:
  enum class Do : std::uint8_t {
    kList,
    kWatch,       // from the revision
    kCloseWatch,  // it may have ended
    kDeliver,     // the members, which have changed
  };
  struct Action {
    Do what;
    std::int64_t revision = 0;

    friend bool operator==(const Action&, const Action&) = default;
  };
  using Actions = std::vector<Action>;

  explicit EtcdWatcher(EtcdWatcherOptions options);

  Actions Start(TimePoint now);
  Actions Tick(TimePoint now);
  Actions Listed(TimePoint now, const Result<EtcdListing>& listing);
  Actions Noticed(TimePoint now, const EtcdNotice& notice);
  Actions WatchEnded(TimePoint now, const Error& error);

  TimePoint wake() const;
  bool listed() const { return listed_; }  // once, at least
  const EtcdRoster& roster() const { return roster_; }
  std::int64_t revision() const { return revision_; }  // that the members are of
  MembershipState state() const;

  // What changed since the last call, a line each; every change is told once.
  std::vector<Said> TakeLines() { return std::exchange(lines_, {}); }

 private:
  enum class Phase : std::uint8_t { kWaiting, kListing, kWatching };

  void Retry(TimePoint now, const std::string& why);
  void CloseWatch(TimePoint now, const std::string& why, Actions& actions);
  TimePoint KeepUntil(TimePoint now, const EtcdListing& listing) const;
  void Changed(TimePoint now);
  void Complain(TimePoint now);
  void TellDoubles(TimePoint now);

  const EtcdWatcherOptions options_;
  Rng rng_;
  EtcdRoster roster_;
  Phase phase_ = Phase::kWaiting;
  TimePoint list_at_ = kNever;     // with kWaiting
  TimePoint created_by_ = kNever;  // with kWatching, until it is
  TimePoint deliver_at_ = kNever;
  TimePoint complain_from_;         // not before
  TimePoint complain_at_ = kNever;  // if there is something new
  TimePoint doubles_from_;          // the same
  TimePoint doubles_at_ = kNever;
  bool listed_ = false;
  bool away_ = false;  // and has said so
  std::uint32_t failures_ = 0;
  std::int64_t revision_ = 0;
  std::optional<TimePoint> stale_since_;
  std::string last_error_;
  std::string refusal_told_;
  std::vector<std::string> complaints_;  // the last that were told
  std::vector<EtcdDouble> doubles_;      // the same
  std::vector<Said> lines_;
};

}  // namespace ringlab
