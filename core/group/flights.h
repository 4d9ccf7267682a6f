// Flights: who waits for which load. However many ask for a key, one load is under way.
//
// A flight is one load that others join (Go calls the idea singleflight). Flights are keyed by
// (hop, key), never by key alone: with one map for callers and peers, two nodes that disagree about
// the ring would wait for each other for ever (mailgun/groupcache issue 72). A kPeer flight waits
// on the source alone; at a key's owner callers join it too (core/group/group.cc).
//
// Thread-safe; keys are dealt to tables, so that loads of different ones share no lock. Every
// waiter is answered exactly once: by the landing, by its own deadline, or when the Flights end.
// Nothing is called back under a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/scheduler.h"
#include "core/types.h"

namespace ringlab {

struct FlightsOptions {
  // A load that takes longer than this is given up: its waiters get kDeadlineExceeded, and the key
  // is free for the next load. Waiters with less patience leave earlier, each on its own deadline.
  Duration load_timeout = std::chrono::seconds(2);

  // Tables by key, each with a lock of its own and an equal part of `flights_max`: threads that
  // load other keys seldom meet.
  std::size_t shards = 1;

  // Beyond these, a request is refused with kResourceExhausted.
  std::size_t flights_max = 65'536;
  std::size_t waiters_max = 65'536;  // of one flight
};

// At quiescence led = landed + timed_out, and led + joined = the sum of answered_*.
struct FlightsStats {
  std::uint64_t led = 0;         // flights begun
  std::uint64_t joined = 0;      // requests that waited on another's flight
  std::uint64_t refused = 0;     // requests turned away at a limit, or when closed
  std::uint64_t landed = 0;      // flights ended by their load, dropped ones included
  std::uint64_t timed_out = 0;   // flights given up for their time, or when the Flights ended
  std::uint64_t superseded = 0;  // flights that a write overtook

  std::uint64_t answered_ok = 0;  // waiters called back, by what they were told
  std::uint64_t answered_not_found = 0;
  std::uint64_t answered_timeout = 0;
  std::uint64_t answered_error = 0;
};

void Add(const FlightsStats& more, FlightsStats& sum);

namespace internal {
class FlightTable;
struct FlightState;
}  // namespace internal

// The leader's hold on a flight: whoever has it owes the landing. Dropped unlanded, it lands
// kInternal, so a load that throws or forgets its callback strands nobody. Move-only. It may
// outlive the Flights, and land late: both are harmless.
class Flight {
 public:
  Flight() = default;
  Flight(Flight&&) noexcept = default;
  Flight& operator=(Flight&&) = delete;  // would have to land what it held
  ~Flight();

  // False for a request that did not become the leader.
  explicit operator bool() const { return state_ != nullptr; }

  // Valid for as long as the Flight, wherever it moves.
  std::string_view key() const;
  std::uint64_t key_hash() const;

  // When the load is given up; and when who leads it leaves, if that is earlier.
  TimePoint deadline() const;
  TimePoint wanted_by() const;

  // Of the request that leads: who joins has one of its own.
  const Trace& trace() const;
  bool timed() const;

  // When the load began.
  TimePoint opened() const;

  // True once a write has overtaken the load: what it brings is not to be stored. Valid as key()
  // is.
  const std::atomic<bool>& superseded() const;

  // Answers every waiter, once. The flight is empty afterwards; landing an empty one is a no-op.
  void Land(const Result<GetReply>& reply);

 private:
  friend class Flights;
  Flight(std::shared_ptr<internal::FlightTable> table,
         std::shared_ptr<internal::FlightState> state);

  std::shared_ptr<internal::FlightTable> table_;
  std::shared_ptr<internal::FlightState> state_;
};

class Flights {
 public:
  // The scheduler must outlive the Flights.
  Flights(Scheduler& scheduler, FlightsOptions options);
  ~Flights();
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  // Waits for the load of (request.hop, request.key) until request.deadline. Returns a flight to
  // the first who asks: that one leads, and owes the landing. `key_hash` = HashKey(request.key).
  Flight Join(const GetRequest& request, std::uint64_t key_hash, GetCallback done);

  // Answers whoever waits, and whoever comes from now on, with kUnavailable. Loads that are under
  // way land in vain.
  void Close();

  // Begins a load that nobody waits for; empty when one is under way already, or at a limit.
  Flight TryLead(const GetRequest& request, std::uint64_t key_hash);

  // A write overtakes the loads of this key: they still answer who waits, but are superseded() from
  // before this returns, and nobody joins them any more.
  void Supersede(std::string_view key, std::uint64_t key_hash);

  FlightsStats stats() const;

 private:
  const std::shared_ptr<internal::FlightTable>& TableOf(std::uint64_t key_hash) const;

  std::vector<std::shared_ptr<internal::FlightTable>> tables_;  // one at least
};

}  // namespace ringlab
