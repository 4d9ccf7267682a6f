#include "core/group/flight_table.h"

#include <algorithm>
#include <iterator>

#include "core/base/parse.h"

namespace ringlab::internal {

std::shared_ptr<FlightState> FlightTable::Join(const GetRequest& request, std::uint64_t key_hash,
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

void FlightTable::Land(FlightState& state, const Result<GetReply>& reply) {
  std::vector<Waiter> waiters;
  {
    MutexLock lock(mutex_);
    if (state.over) return ForgetLate(state);
    ++stats_.landed;
    waiters = Close(state);
    CounterOf(reply) += waiters.size();
  }
  for (Waiter& waiter : waiters) waiter.done(reply);
}

void FlightTable::Supersede(std::string_view key, std::uint64_t key_hash) {
  MutexLock lock(mutex_);
  for (const Hop hop : {Hop::kCaller, Hop::kPeer}) {
    const auto found = open_.find(FlightKey{hop, key, key_hash});
    if (found == open_.end()) continue;
    found->second->superseded.store(true);
    found->second->open = false;
    open_.erase(found);
    ++stats_.superseded;
  }
  for (auto late = late_.find(key_hash); late != late_.end() && late->first == key_hash;) {
    const bool is_it = late->second->key == key;
    if (is_it) late->second->superseded.store(true);
    late = is_it ? late_.erase(late) : std::next(late);
  }
}

// Its load has ended at last, or a write has overtaken it.
void FlightTable::ForgetLate(const FlightState& state) {
  const auto [begin, end] = late_.equal_range(state.key_hash);
  const auto it = std::find_if(begin, end, [&](const auto& l) { return l.second.get() == &state; });
  if (it != end) late_.erase(it);
}

void FlightTable::CloseAll() {
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

std::shared_ptr<FlightState> FlightTable::Open(const GetRequest& request, std::uint64_t key_hash,
                                               TimePoint now) {
  // The load outlives an impatient leader, for the sake of those who join it; a patient one waits
  // no longer than others would.
  auto state = std::make_shared<FlightState>();
  state->hop = request.hop;
  state->timed = request.timed;
  state->opened = now;
  state->key = request.key;
  state->key_hash = key_hash;
  state->trace = request.trace;
  state->limit = SaturatingAdd(now, options_.load_timeout);
  state->leader_leaves = request.deadline;
  state->due = due_.emplace(state->limit, state);
  open_.emplace(KeyOf(*state), state);
  return state;
}

void FlightTable::AddWaiter(const std::shared_ptr<FlightState>& state, TimePoint deadline,
                            GetCallback done) {
  state->waiters.push_back({deadline, std::move(done)});
  if (deadline < state->due->first) {
    due_.erase(state->due);
    state->due = due_.emplace(deadline, state);
  }
}

std::vector<Waiter> FlightTable::Close(FlightState& state) {
  state.over = true;
  if (state.open) open_.erase(KeyOf(state));
  std::vector<Waiter> waiters = std::move(state.waiters);
  due_.erase(state.due);  // may free the state: last
  return waiters;
}

std::uint64_t& FlightTable::CounterOf(const Result<GetReply>& reply) {
  if (reply) return stats_.answered_ok;
  switch (reply.error().code) {
    case Code::kNotFound: return stats_.answered_not_found;
    case Code::kDeadlineExceeded: return stats_.answered_timeout;
    default: return stats_.answered_error;
  }
}

// The earliest due moment when nothing is armed for it yet, else kNever.
TimePoint FlightTable::TimeToArm() {
  if (due_.empty() || due_.begin()->first >= armed_at_) return kNever;
  return armed_at_ = due_.begin()->first;
}

void FlightTable::Arm(TimePoint when) {
  if (when == kNever) return;
  scheduler_.RunAt(when, [table = weak_from_this(), when] {
    if (const auto alive = table.lock()) alive->Sweep(when);
  });
}

void FlightTable::Sweep(TimePoint armed_for) {
  Expired expired;
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
  for (Late& late : expired) {
    const std::string what = "load \"" + late.key + "\": ";
    late.done(Fail(Code::kDeadlineExceeded, late.given_up
                                                ? what + "given up after " +
                                                      FormatDuration(options_.load_timeout) +
                                                      ", which is what a load may take"
                                                : what + "the deadline passed before it came"));
  }
  Arm(arm_at);
}

void FlightTable::SweepOne(std::shared_ptr<FlightState> state, TimePoint now, Expired& expired) {
  if (state->limit <= now) {
    ++stats_.timed_out;
    for (Waiter& w : Close(*state)) {
      expired.push_back({state->key, w.deadline > now, std::move(w.done)});
    }
    if (!state->superseded.load()) late_.emplace(state->key_hash, state);
    return;
  }
  TimePoint next = state->limit;
  std::erase_if(state->waiters, [&](Waiter& waiter) {
    if (waiter.deadline > now) {
      next = std::min(next, waiter.deadline);
      return false;
    }
    expired.push_back({state->key, false, std::move(waiter.done)});
    return true;
  });
  due_.erase(state->due);
  state->due = due_.emplace(next, state);
}

}  // namespace ringlab::internal
