// EtcdRegistration: how a node keeps its entry in etcd, as a state machine without a network.
//
// Grant a lease, put the entry under it, renew the lease each third of its time to live over a
// stream. When the lease turns out to be lost (an answer of 0 seconds, no answer for its whole time
// to live, or NOT_FOUND on a put) a new one is granted and the entry put again. A stream that ends
// or stays silent is opened again while the lease lives; an entry that somebody deletes is put
// again. Whatever fails is tried again with jittered, bounded backoff, for as long as it takes.
//
// An entry that was gone for a moment was gone from the others' rings: the node steps aside before
// it is put again. After a lease that may have ended unheard, it looks first whether it was; and if
// so, asks the peers, which may have been cut off from etcd as well, and have missed nobody.
//
// It is told what happened and when, and answers what to do; wake() is when it wants to be told the
// time. What it asked for must be answered exactly once (a grant, a put, a revocation); of a stream
// it is told each answer and its end, and nothing after kCloseStream. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/backoff.h"
#include "core/base/result.h"
#include "node/etcd/types.h"
#include "node/live/said.h"

namespace ringlab {

struct EtcdRegistrationOptions {
  std::string key;  // for what it says
  std::uint64_t seed = 1;
  std::size_t members = 1;  // of etcd: so many are asked to take the lease back
  BackoffOptions backoff = {.first = std::chrono::milliseconds(200),
                            .longest = std::chrono::seconds(2)};
};

class EtcdRegistration {
 public:
  enum class Do : std::uint8_t {
    kGrant,
    kPut,          // the entry, under the lease
    kOpenStream,   // of keepalives, and send the first for the lease
    kKeepAlive,    // on the stream, for the lease
    kCloseStream,  // it may have ended
    kRevoke,       // the lease
    kLook,         // whether the entry is still there
    kAskPeers,     // it is not: whether they have missed this node
    kStepAside,    // others have seen it gone
  };
  struct Action {
    Do what;
    std::int64_t lease = 0;

    friend bool operator==(const Action&, const Action&) = default;
  };
  using Actions = std::vector<Action>;

  explicit EtcdRegistration(EtcdRegistrationOptions options);

  Actions Start(TimePoint now);
  Actions Tick(TimePoint now);
  Actions Granted(TimePoint now, const Result<EtcdLease>& lease);
  Actions Put(TimePoint now, std::int64_t lease, const Result<std::int64_t>& revision);
  Actions Looked(TimePoint now, const Result<bool>& there);
  Actions Asked(TimePoint now, bool missed);
  Actions KeptAlive(TimePoint now, const EtcdLease& lease);
  Actions StreamEnded(TimePoint now, const Error& error);

  // As of this revision of the store the entry was not there.
  Actions EntryGone(TimePoint now, std::int64_t revision);

  // Nothing is renewed any more, and the lease is given back as soon as it is known. A member that
  // does not answer is left for the next, at once: there is no time to wait in.
  Actions Leave(TimePoint now);
  Actions Revoked(TimePoint now, const Result<void>& result);

  TimePoint wake() const;
  bool registered() const { return key_ == Key::kThere; }

  // While it is registered: what the lease is good for, if nothing renews it.
  struct Sure {
    // From when on nobody should have missed it: the last renewal was asked for then, or the others
    // have had some time to learn that it has come.
    TimePoint asked;
    TimePoint until;

    friend bool operator==(const Sure&, const Sure&) = default;
  };
  std::optional<Sure> sure() const {
    if (held_ != Held::kLease || key_ != Key::kThere) return std::nullopt;
    return Sure{std::max(asked_, SaturatingAdd(put_since_, kKnown)), expires_};
  }
  bool gone() const { return leaving_ && held_ == Held::kNothing; }

  // What changed since the last call, a line each; every change is told once.
  std::vector<Said> TakeLines() { return std::exchange(lines_, {}); }

 private:
  static constexpr Duration kKnown = std::chrono::seconds(2);  // to everybody, after a put

  enum class Held : std::uint8_t { kNothing, kGranting, kLease, kRevoking };
  enum class Key : std::uint8_t { kAbsent, kLooking, kAsking, kPutting, kThere };
  enum class Past : std::uint8_t { kNone, kUnsure, kKnown };  // of the entry, while it is absent

  void Lose(TimePoint now, const std::string& why, Actions& actions);
  void Gone(Actions& actions);
  Actions PutAgain(TimePoint now);
  void TickLease(TimePoint now, Actions& actions);
  void TickStream(TimePoint now, Actions& actions);
  void CloseStream(TimePoint now, Actions& actions);
  void Trouble(const std::string& what);
  TimePoint Later(TimePoint now, std::uint32_t& failures);
  Duration third() const { return lease_.ttl / 3; }

  const EtcdRegistrationOptions options_;
  Rng rng_;
  bool leaving_ = false;
  bool troubled_ = false;  // and has said so

  Held held_ = Held::kNothing;
  EtcdLease lease_;
  TimePoint grant_at_ = kNever;  // with kNothing
  TimePoint asked_;              // for the lease, or its last renewal
  TimePoint expires_;            // with kLease: nothing has renewed it until then
  std::uint32_t grant_failures_ = 0;

  Key key_ = Key::kAbsent;
  Past past_ = Past::kNone;
  TimePoint put_at_ = kNever;      // with kAbsent: looks or puts then
  TimePoint put_since_;            // with kThere
  std::int64_t put_revision_ = 0;  // of the last put
  std::uint32_t put_failures_ = 0;

  bool stream_open_ = false;
  bool awaiting_ = false;         // an answer, on an open stream
  TimePoint sent_;                // the last keepalive
  TimePoint stream_at_ = kNever;  // opens, sends or gives up waiting next
  std::uint32_t stream_failures_ = 0;

  std::size_t revokes_ = 0;  // that had no answer

  std::vector<Said> lines_;
};

}  // namespace ringlab
