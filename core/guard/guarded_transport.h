// GuardedTransport: another Transport behind a circuit for each peer.
//
// A call to a peer whose circuit is open is answered kUnavailable at once, so that its caller can
// go to the source instead of waiting for a deadline (core/guard/circuits.h says when).
//
// What counts against a peer: kUnavailable; kUnauthenticated and kPermissionDenied, of one whose
// token is another; and kDeadlineExceeded if the call was given at least `patience`: a peer that
// hangs shows only so, but a caller in a hurry proves nothing, nor does a peek. Whatever else comes
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
};

// How a call that took so long ended, for its peer's circuit.
Circuit::Outcome OutcomeOf(Code code, Duration took, Duration patience);

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
  // `done`, reporting first to the circuit of `to`; empty when that refused and `done` was told, by
  // a reply made of the error.
  template <class Reply, class Refuse>
  Function<void(Reply)> Watched(std::string_view to, Function<void(Reply)> done, Refuse refuse,
                                Duration patience);

  Transport& inner_;
  Scheduler& scheduler_;
  const Duration patience_;
  const std::shared_ptr<Circuits> circuits_;  // callbacks may come after our end
};

}  // namespace ringlab
