// Circuits: a circuit for each peer, and the doubt whether it is they who are down.
//
// Fail-open: when more than one circuit and more than a share of the known peers' are open, it is
// likelier that we are cut off, or that the detector is wrong, than that everybody died; so calls
// pass, and the first that succeeds closes its circuit (mcrouter's fail-open on too many TKOs,
// Envoy's max_ejection_percent, which ejects one host whatever the percentage).
//
// Circuits come with the first call to a peer. A peer that is gone is forgotten: by KeepOnly when
// the membership changes, when nobody asked for it for forget_after, or, at peers_max, because it
// was asked for longest ago. Thread-safe. Each peer's jitter is a stream of its own, by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/latency_counts.h"
#include "core/base/result.h"
#include "core/guard/circuit.h"

namespace ringlab {

struct CircuitsOptions {
  CircuitOptions circuit = {};
  double fail_open_share = 0.5;
  std::size_t peers_max = 1024;
  Duration forget_after = std::chrono::minutes(10);
  std::uint64_t seed = 1;  // of the jitter: should differ from node to node
};

struct CircuitsStats {
  CircuitStats sum;       // of the peers that are known now, and of the forgotten up to then
  std::size_t peers = 0;  // known now
  std::size_t open = 0;   // of them, not closed
  std::uint64_t forgotten = 0;
};

struct PeerStats {
  std::string name;
  Circuit::State state = Circuit::State::kClosed;
  CircuitStats calls = {};
  Duration took = Duration::zero();  // all calls together
  std::string last_failure = {};     // of a call, in words; "" when none has failed
};

class Circuits {
 private:
  struct Peer;

 public:
  // The right to one call, and whom to tell how it ended. Keeps what it needs alive.
  struct Permit {
    std::shared_ptr<Peer> peer;
    Circuit::Ticket ticket;
  };

  explicit Circuits(CircuitsOptions options);
  ~Circuits();

  // A permit to call `peer`, or kUnavailable with for how long, and when it will be tried next.
  Result<Permit> Ask(std::string_view peer, TimePoint now) RL_EXCLUDES(mutex_);

  // Once a permit; with the error of a call that failed.
  void Report(const Permit& permit, Circuit::Outcome outcome, TimePoint now,
              Duration took = Duration::zero(), const Error* why = nullptr) RL_EXCLUDES(mutex_);

  // How long the peer's slower calls took of late, as reported when they succeeded: the longest of
  // them, less by a part of itself with each that was shorter. 0: nothing is known.
  Duration Usual(const Permit& permit) const;
  const std::string& NameOf(const Permit& permit) const;

  // Forgets the peers that are not among `names`.
  void KeepOnly(const std::vector<std::string>& names) RL_EXCLUDES(mutex_);

  CircuitsStats stats() const RL_EXCLUDES(mutex_);

  // One by one, by name; who is forgotten is not among them.
  std::vector<PeerStats> peers() const RL_EXCLUDES(mutex_);

  // How long reported calls took, of all peers.
  LatencyReading latency() const { return latency_.Read(); }

 private:
  using Peers = std::map<std::string, std::shared_ptr<Peer>, std::less<>>;

  std::shared_ptr<Peer> PeerOf(std::string_view name, TimePoint now) RL_EXCLUDES(mutex_);
  bool FailsOpen() const RL_EXCLUDES(mutex_);
  void MakeRoom(TimePoint now) RL_REQUIRES(mutex_);
  Peers::iterator Forget(Peers::iterator peer) RL_REQUIRES(mutex_);
  void Recount(Peer& peer) RL_REQUIRES(mutex_);

  const CircuitsOptions options_;
  const Rng rng_;
  LatencyCounts latency_;
  mutable Mutex mutex_;
  Peers peers_ RL_GUARDED_BY(mutex_);
  std::size_t open_ RL_GUARDED_BY(mutex_) = 0;
  std::uint64_t forgotten_ RL_GUARDED_BY(mutex_) = 0;
  CircuitStats of_the_forgotten_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
