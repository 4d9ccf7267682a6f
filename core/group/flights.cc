#include "core/group/flights.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/base/sync.h"

namespace ringlab {

namespace internal {

struct Waiter {
  TimePoint deadline;
  GetCallback done;
};

struct FlightState {
  Hop hop;
  std::string key;
  std::uint64_t key_hash;
  TimePoint limit;  // when the load is given up
  Trace trace;      // the leader's
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

tl::unexpected<Error> Stopping() {
  return Fail(Code::kUnavailable, "the node is stopping, the load was given up");
}

FlightKey KeyOf(const FlightState& state) { return {state.hop, state.key, state.key_hash}; }

// The open flights by key, and by the next moment at which one of their waiters gives up. One
// scheduler task at the earliest such moment serves all: deadlines mostly grow with arrival, so
// it is re-armed a few times per timeout, not once per request.
class FlightTable : public std::enable_shared_from_this<FlightTable> {
 public:
  FlightTable(Scheduler& scheduler, FlightsOptions options)
      : scheduler_(scheduler), options_(options) {}

  // `done` may be empty: for a load that nobody waits for.
  std::shared_ptr<FlightState> Join(const GetRequest& request, std::uint64_t key_hash,
                                    GetCallback done) {
    std::shared_ptr<FlightState> led;
    const TimePoint now = scheduler_.Now();
    TimePoint arm_at;
    bool closed = false;
    {
      MutexLock lock(mutex_);
      const auto found = open_.find(FlightKey{request.hop, request.key, key_hash});
      closed = closed_;
      if (!done && (closed || found != open_.end() || due_.size() >= options_.flights_max)) {
        return nullptr;  // a load that nobody waits for, and that is not needed or not to be had
      }
      const bool first = found == open_.end();
      if (!closed && !first && found->second->waiters.size() < options_.waiters_max) {
        ++stats_.joined;
        AddWaiter(found->second, request.deadline, std::move(done));
      } else if (!closed && first && due_.size() < options_.flights_max) {
        ++stats_.led;
        led = Open(request, key_hash, now);
        if (done) AddWaiter(led, request.deadline, std::move(done));
      } else {
        ++stats_.refused;
      }
      arm_at = TimeToArm();
    }
    // NOLINTNEXTLINE(bugprone-use-after-move): a Function that was moved from is empty
    if (done) {  // neither joined nor led
      done(closed
               ? Stopping()
               : Fail(Code::kResourceExhausted, "load \"" + std::string(request.key) +
                                                    "\": too many loads or waiters are under way"));
    }
    Arm(arm_at);
    return led;
  }

  void Land(FlightState& state, const Result<GetReply>& reply) {
    std::vector<Waiter> waiters;
    {
      MutexLock lock(mutex_);
      if (state.over) return;
      ++stats_.landed;
      waiters = Close(state);
      CounterOf(reply) += waiters.size();
    }
    for (Waiter& waiter : waiters) waiter.done(reply);
  }

  void Supersede(std::string_view key, std::uint64_t key_hash) {
    MutexLock lock(mutex_);
    for (const Hop hop : {Hop::kCaller, Hop::kPeer}) {
      const auto found = open_.find(FlightKey{hop, key, key_hash});
      if (found == open_.end()) continue;
      found->second->superseded.store(true);
      found->second->open = false;
      open_.erase(found);
      ++stats_.superseded;
    }
  }

  // The node stops: whoever still waits is told so.
  void CloseAll() {
    std::vector<Waiter> waiters;
    {
      MutexLock lock(mutex_);
      closed_ = true;
      while (!due_.empty()) {
        ++stats_.timed_out;
        for (Waiter& w : Close(*due_.begin()->second)) waiters.push_back(std::move(w));
      }
      stats_.answered_error += waiters.size();
    }
    for (Waiter& waiter : waiters) waiter.done(Stopping());
  }

  FlightsStats stats() const {
    MutexLock lock(mutex_);
    return stats_;
  }

 private:
  std::shared_ptr<FlightState> Open(const GetRequest& request, std::uint64_t key_hash,
                                    TimePoint now) RL_REQUIRES(mutex_) {
    // The load outlives an impatient leader, for the sake of those who join it.
    const TimePoint patience = SaturatingAdd(now, options_.load_timeout);
    auto state = std::make_shared<FlightState>();
    state->hop = request.hop;
    state->key = request.key;
    state->key_hash = key_hash;
    state->trace = request.trace;
    state->limit = request.deadline == kNever ? patience : std::max(patience, request.deadline);
    state->due = due_.emplace(state->limit, state);
    open_.emplace(KeyOf(*state), state);
    return state;
  }

  void AddWaiter(const std::shared_ptr<FlightState>& state, TimePoint deadline, GetCallback done)
      RL_REQUIRES(mutex_) {
    state->waiters.push_back({deadline, std::move(done)});
    if (deadline < state->due->first) {
      due_.erase(state->due);
      state->due = due_.emplace(deadline, state);
    }
  }

  std::vector<Waiter> Close(FlightState& state) RL_REQUIRES(mutex_) {
    state.over = true;
    if (state.open) open_.erase(KeyOf(state));
    std::vector<Waiter> waiters = std::move(state.waiters);
    due_.erase(state.due);  // may free the state: last
    return waiters;
  }

  std::uint64_t& CounterOf(const Result<GetReply>& reply) RL_REQUIRES(mutex_) {
    if (reply) return stats_.answered_ok;
    switch (reply.error().code) {
      case Code::kNotFound: return stats_.answered_not_found;
      case Code::kDeadlineExceeded: return stats_.answered_timeout;
      default: return stats_.answered_error;
    }
  }

  // The earliest due moment when nothing is armed for it yet, else kNever.
  TimePoint TimeToArm() RL_REQUIRES(mutex_) {
    if (due_.empty() || due_.begin()->first >= armed_at_) return kNever;
    return armed_at_ = due_.begin()->first;
  }

  void Arm(TimePoint when) {
    if (when == kNever) return;
    scheduler_.RunAt(when, [table = weak_from_this(), when] {
      if (const auto alive = table.lock()) alive->Sweep(when);
    });
  }

  void Sweep(TimePoint armed_for) {
    std::vector<std::pair<std::string, GetCallback>> expired;
    const TimePoint now = scheduler_.Now();
    TimePoint arm_at;
    {
      MutexLock lock(mutex_);
      if (armed_at_ == armed_for) armed_at_ = kNever;
      while (!due_.empty() && due_.begin()->first <= now) {
        SweepOne(due_.begin()->second, now, expired);
      }
      stats_.answered_timeout += expired.size();
      arm_at = TimeToArm();
    }
    for (auto& [key, done] : expired) {
      done(Fail(Code::kDeadlineExceeded,
                "load \"" + key + "\": the deadline passed before it came"));
    }
    Arm(arm_at);
  }

  void SweepOne(std::shared_ptr<FlightState> state, TimePoint now,
                std::vector<std::pair<std::string, GetCallback>>& expired) RL_REQUIRES(mutex_) {
    if (state->limit <= now) {
      ++stats_.timed_out;
      for (Waiter& w : Close(*state)) expired.emplace_back(state->key, std::move(w.done));
      return;
    }
    TimePoint next = state->limit;
    std::erase_if(state->waiters, [&](Waiter& waiter) {
      if (waiter.deadline > now) {
        next = std::min(next, waiter.deadline);
        return false;
      }
      expired.emplace_back(state->key, std::move(waiter.done));
      return true;
    });
    due_.erase(state->due);
    state->due = due_.emplace(next, state);
  }

  Scheduler& scheduler_;
  const FlightsOptions options_;

  mutable Mutex mutex_;
  std::unordered_map<FlightKey, std::shared_ptr<FlightState>, FlightKeyHash> open_
      RL_GUARDED_BY(mutex_);
  std::multimap<TimePoint, std::shared_ptr<FlightState>> due_ RL_GUARDED_BY(mutex_);
  TimePoint armed_at_ RL_GUARDED_BY(mutex_) = kNever;
  bool closed_ RL_GUARDED_BY(mutex_) = false;
  FlightsStats stats_ RL_GUARDED_BY(mutex_);
};

}  // namespace internal

Flight::Flight(std::shared_ptr<internal::FlightTable> table,
               std::shared_ptr<internal::FlightState> state)
    : table_(std::move(table)), state_(std::move(state)) {}

Flight::~Flight() {
  if (state_) Land(Fail(Code::kInternal, "load \"" + state_->key + "\": the load was dropped"));
}

std::string_view Flight::key() const { return state_->key; }
std::uint64_t Flight::key_hash() const { return state_->key_hash; }
TimePoint Flight::deadline() const { return state_->limit; }
const Trace& Flight::trace() const { return state_->trace; }
const std::atomic<bool>& Flight::superseded() const { return state_->superseded; }

void Flight::Land(const Result<GetReply>& reply) {
  if (!state_) return;
  const auto state = std::exchange(state_, nullptr);
  std::exchange(table_, nullptr)->Land(*state, reply);
}

void Add(const FlightsStats& more, FlightsStats& sum) {
  for (const auto count :
       {&FlightsStats::led, &FlightsStats::joined, &FlightsStats::refused, &FlightsStats::landed,
        &FlightsStats::timed_out, &FlightsStats::superseded, &FlightsStats::answered_ok,
        &FlightsStats::answered_not_found, &FlightsStats::answered_timeout,
        &FlightsStats::answered_error}) {
    sum.*count += more.*count;
  }
}

Flights::Flights(Scheduler& scheduler, FlightsOptions options) {
  const std::size_t shards = std::max<std::size_t>(options.shards, 1);
  options.flights_max = (options.flights_max + shards - 1) / shards;
  for (std::size_t i = 0; i < shards; ++i) {
    tables_.push_back(std::make_shared<internal::FlightTable>(scheduler, options));
  }
}

Flights::~Flights() { Close(); }

void Flights::Close() {
  for (const auto& table : tables_) table->CloseAll();
}

// By bits that neither the cache's parts nor a table's buckets go by.
const std::shared_ptr<internal::FlightTable>& Flights::TableOf(std::uint64_t key_hash) const {
  constexpr int kOtherBits = 24;
  return tables_[(key_hash >> kOtherBits) % tables_.size()];
}

Flight Flights::Join(const GetRequest& request, std::uint64_t key_hash, GetCallback done) {
  const auto& table = TableOf(key_hash);
  auto led = table->Join(request, key_hash, std::move(done));
  return led ? Flight(table, std::move(led)) : Flight();
}

Flight Flights::TryLead(const GetRequest& request, std::uint64_t key_hash) {
  const auto& table = TableOf(key_hash);
  auto led = table->Join(request, key_hash, nullptr);
  return led ? Flight(table, std::move(led)) : Flight();
}

void Flights::Supersede(std::string_view key, std::uint64_t key_hash) {
  TableOf(key_hash)->Supersede(key, key_hash);
}

FlightsStats Flights::stats() const {
  FlightsStats sum;
  for (const auto& table : tables_) Add(table->stats(), sum);
  return sum;
}

}  // namespace ringlab
