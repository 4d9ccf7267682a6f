// FlightTable: the flights of some keys, under one lock. Internal to core/group/flights.cc, which
// says what flights are.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "core/group/flights.h"

namespace ringlab {

namespace internal {

struct Waiter {
  TimePoint deadline;
  GetCallback done;
};

struct FlightState {
  Hop hop;
  bool timed = false;  // the leader's
  std::string key;
  std::uint64_t key_hash;
  TimePoint opened;
  TimePoint limit;  // when the load is given up
  TimePoint leader_leaves = kNever;
  Trace trace;  // the leader's
  std::atomic<bool> superseded{false};

  // Below: guarded by the table's mutex.
  std::vector<Waiter> waiters;
  std::multimap<TimePoint, std::shared_ptr<FlightState>>::iterator due;
  bool over = false;
  bool open = true;  // others may join
};

struct FlightKey {
  Hop hop;
  std::string_view key;  // of the FlightState's own string
  std::uint64_t hash;

  bool operator==(const FlightKey& other) const { return hop == other.hop && key == other.key; }
};

struct FlightKeyHash {
  std::size_t operator()(const FlightKey& k) const {
    return k.hash + static_cast<std::size_t>(k.hop);
  }
};

inline tl::unexpected<Error> Stopping() {
  return Fail(Code::kUnavailable, "the node is stopping, the load was given up");
}

inline FlightKey KeyOf(const FlightState& state) { return {state.hop, state.key, state.key_hash}; }

// The open flights by key, and by the next moment at which one of their waiters gives up. One
// scheduler task at the earliest such moment serves all: deadlines mostly grow with arrival, so
// it is re-armed a few times per timeout, not once per request. Thread-safe.
class FlightTable : public std::enable_shared_from_this<FlightTable> {
 public:
  FlightTable(Scheduler& scheduler, FlightsOptions options)
      : scheduler_(scheduler), options_(options) {}

  // Null for a request that joined another's flight, or was refused. `done` may be empty: for a
  // load that nobody waits for.
  std::shared_ptr<FlightState> Join(const GetRequest& request, std::uint64_t key_hash,
                                    GetCallback done);
  void Land(FlightState& state, const Result<GetReply>& reply);
  void Supersede(std::string_view key, std::uint64_t key_hash);

  // The node stops: whoever still waits is told so.
  void CloseAll();

  FlightsStats stats() const {
    MutexLock lock(mutex_);
    return stats_;
  }

 private:
  struct Late {
    std::string key;
    bool given_up;  // the load; else it is the waiter's own time that is over
    GetCallback done;
  };
  using Expired = std::vector<Late>;

  std::shared_ptr<FlightState> Open(const GetRequest& request, std::uint64_t key_hash,
                                    TimePoint now) RL_REQUIRES(mutex_);
  void AddWaiter(const std::shared_ptr<FlightState>& state, TimePoint deadline, GetCallback done)
      RL_REQUIRES(mutex_);
  std::vector<Waiter> Close(FlightState& state) RL_REQUIRES(mutex_);
  std::uint64_t& CounterOf(const Result<GetReply>& reply) RL_REQUIRES(mutex_);
  TimePoint TimeToArm() RL_REQUIRES(mutex_);
  void Arm(TimePoint when);
  void Sweep(TimePoint armed_for);
  void SweepOne(std::shared_ptr<FlightState> state, TimePoint now, Expired& expired)
      RL_REQUIRES(mutex_);
  void ForgetLate(const FlightState& state) RL_REQUIRES(mutex_);

  Scheduler& scheduler_;
  const FlightsOptions options_;

  mutable Mutex mutex_;
  std::unordered_map<FlightKey, std::shared_ptr<FlightState>, FlightKeyHash> open_
      RL_GUARDED_BY(mutex_);
  std::multimap<TimePoint, std::shared_ptr<FlightState>> due_ RL_GUARDED_BY(mutex_);
  // Given up, while their loads go on: what these bring may be kept, unless a write has overtaken
  // it. By the hash of their key.
  std::unordered_multimap<std::uint64_t, std::shared_ptr<FlightState>> late_ RL_GUARDED_BY(mutex_);
  TimePoint armed_at_ RL_GUARDED_BY(mutex_) = kNever;
  bool closed_ RL_GUARDED_BY(mutex_) = false;
  FlightsStats stats_ RL_GUARDED_BY(mutex_);
};

}  // namespace internal

}  // namespace ringlab
