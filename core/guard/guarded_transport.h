// GuardedTransport: another Transport behind a circuit for each peer.
//
// A call to a peer whose circuit is open is answered kUnavailable at once, so that its caller can
// go to the source instead of waiting for a deadline (core/guard/circuits.h says when).
//
// A peer that hangs shows by its silence alone. So a Get that is `wanted_by` some time waits for a
// word only in proportion: for half of the time there is, or for `usual_times` what this peer has
// needed of late, but `silence_min` at least. Then it is kUnavailable, and there is time for
// another way. A peer that lives and needs longer says so before (core/group/group.cc), by
// kDeadlineExceeded: who asks may ask again, and wait.
//
// What counts against a peer: kUnavailable; kUnauthenticated and kPermissionDenied, of one whose
// token is another; and silence until the call's end, if it was given at least `patience`: a caller
// in a hurry proves nothing, nor does a peek. Whatever else comes
// back is an answer, so the peer lives. kResourceExhausted is an answer too: a peer that
// sheds load must not have all of its load sent to the source. And so is kInternal: it is a failing
// source far more often than a failing peer, and ours would fail alike. kCancelled is no evidence.
//
// Thread-safe, and keeps the Transport's contract. The other transport and the scheduler end after
// it; a callback that comes later still is passed on.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/scheduler.h"
#include "core/guard/circuits.h"
#include "core/transport.h"

namespace ringlab {

struct GuardOptions {
  CircuitsOptions circuits = {};
  Duration patience = std::chrono::milliseconds(20);
  Duration silence_min = std::chrono::milliseconds(250);
  int usual_times = 8;
};

class GuardedTransport final : public Transport {
 public:
  GuardedTransport(Transport& inner, Scheduler& scheduler, GuardOptions options);

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override;
  void GetMany(std::string_view to, const GetManyRequest& request, GetManyCallback done) override;
  void Peek(std::string_view to, const GetRequest& request, PeekCallback done) override;
  void Set(std::string_view to, const SetRequest& request, WriteCallback done) override;
  void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) override;

  // The membership changed: circuits of all others are forgotten.
  void KeepOnly(const std::vector<std::string>& peers) { circuits_->KeepOnly(peers); }

  CircuitsStats stats() const { return circuits_->stats(); }

  // Of each peer, and how long the calls took, of all peers together: a histogram for each would
  // weigh a gigabyte where a thousand nodes call one another.
  std::vector<PeerStats> peers() const { return circuits_->peers(); }
  LatencyReading latency() const { return circuits_->latency(); }

 private:
  // A call that may go: its end, and its callback, which reports to the peer's circuit first.
  template <class Reply>
  struct Watched {
    TimePoint until;
    Function<void(Reply)> done;

    explicit operator bool() const { return static_cast<bool>(done); }
  };
  struct Limits {
    TimePoint deadline;
    TimePoint wanted_by = kNever;
    Duration patience;
  };
  // Empty when the circuit refused and `done` was told, by a reply that `refuse` made of the error.
  template <class Reply, class Refuse>
  Watched<Reply> Watch(std::string_view to, Function<void(Reply)> done, Refuse refuse,
                       Limits limits);
  TimePoint WordBy(const Circuits::Permit& permit, TimePoint now, const Limits& limits) const;

  Transport& inner_;
  Scheduler& scheduler_;
  const GuardOptions options_;
  const std::shared_ptr<Circuits> circuits_;  // callbacks may come after our end
};

}  // namespace ringlab
