// Group: a named cache in front of a source, spread over the nodes of a ring.
//
// The story of a Get is in group.cc. Thread-safe and asynchronous: nothing blocks, and `done` runs
// exactly once, on whichever thread had the answer.
//
// Lifetime: source and transport end before the group does, the scheduler and the membership after
// it; so nothing calls back into a group that is gone, and whoever still waits then is answered.
#pragma once

#include <atomic>
#include <string>

#include "core/cache.h"
#include "core/counter.h"
#include "core/flights.h"
#include "core/membership.h"
#include "core/scheduler.h"
#include "core/source.h"
#include "core/stats.h"
#include "core/transport.h"
#include "core/types.h"

namespace ringlab {

struct GroupOptions {
  std::string name;
  std::size_t cache_bytes = std::size_t{64} << 20;
  FlightsOptions flights = {};

  // Loads from our own source on behalf of owners that failed, at most this many at a time: the
  // source of a node must survive the loss of its peers.
  std::uint32_t fallbacks_max = 1024;
};

class Group {
 public:
  struct Deps {
    const Membership& membership;
    Transport& transport;
    Source& source;
    Scheduler& scheduler;
  };

  Group(GroupOptions options, Deps deps);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // Errors: kInvalidArgument for an empty key, kNotFound when the source has none,
  // kDeadlineExceeded at request.deadline, kResourceExhausted at a limit, kUnavailable or kInternal
  // when the load failed.
  void Get(const GetRequest& request, GetCallback done);

  // The node stops: whoever waits for a load, or would, is told kUnavailable: to ask elsewhere.
  void GiveUpLoads() { flights_.Close(); }

  const std::string& name() const { return options_.name; }
  GroupStats stats() const;
  const Cache& cache() const { return cache_; }

 private:
  class SourceLoad;

  void CountMiss(const GetRequest& request);
  void LoadFromSource(Flight flight);
  void LoadFromPeer(std::string_view owner, std::uint64_t ring_fingerprint, Flight flight);
  void FallBack(Error peer_error, Flight flight);
  void Load(SourceLoad load);

  const GroupOptions options_;
  const Deps deps_;
  Cache cache_;
  struct {
    // The cache counts its hits: a second count of them would be a tenth of what a hit costs.
    Counter gets_missed, peers_missed, gets_from_peers, invalid, late_hits;
    Counter peer_loads, peer_ok, peer_final, peer_errors, fallbacks, fallbacks_refused;
    Counter source_loads_own, source_loads, source_ok, source_not_found, source_errors;
  } counts_;
  std::atomic<std::uint32_t> fallbacks_under_way_{0};
  Flights flights_;  // last: its end answers whoever still waits
};

}  // namespace ringlab
