#include "loadgen/driver.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/check.h"
#include "core/synthetic_value.h"

namespace ringlab {

// One phase: what is in flight, what was measured, and who wants to know the end. Shared with the
// answers under way, which may come after the phase was given up, and after the driver's end.
struct Driver::State {
  State(const Phase& its_phase, Scheduler& its_scheduler, bool verify_values, std::size_t nodes,
        Function<void()> at_end)
      : phase(its_phase),
        scheduler(its_scheduler),
        verify(verify_values),
        done(std::move(at_end)),
        measured(nodes) {
    // At once, so that no send waits for megabytes to be moved; memory is taken as it is written.
    measured.sent_times.reserve(Measurements::kSentTimesMax);
  }

  struct Sent {
    std::uint64_t key_index;
    TimePoint intended;
    TimePoint sent;
    NodeIndex owner;
  };

  bool IsWrong(const Sent& request, const Result<GetReply>& reply) const {
    if (!verify || !reply) return false;
    thread_local std::string key;
    key.clear();
    AppendKey(request.key_index, key);
    return !SyntheticVersion(key, reply->value.view()).has_value();
  }

  // Records one answer. Returns the callback to run when it was the last.
  Function<void()> Answered(const Sent& request, const Result<GetReply>& reply) {
    const TimePoint now = scheduler.Now();
    const bool wrong = IsWrong(request, reply);
    MutexLock lock(mutex);
    if (over) return nullptr;
    --in_flight;
    CountAnswer(reply, wrong);
    const std::int64_t response = (now - request.intended).count();
    measured.latencies.response.Record(response);
    measured.latencies.service.Record((now - request.sent).count());
    measured.owners[request.owner].response.Record(response);
    return EndIfOver();
  }

  void CountAnswer(const Result<GetReply>& reply, bool wrong) RL_REQUIRES(mutex) {
    Totals& totals = measured.totals;
    if (reply) {
      ++totals.ok;
      totals.wrong_values += wrong ? 1 : 0;
      return;
    }
    if (reply.error().code == Code::kNotFound) {
      ++totals.not_found;
      return;
    }
    if (totals.errors + totals.timeouts == 0) measured.first_error = reply.error();
    ++(reply.error().code == Code::kDeadlineExceeded ? totals.timeouts : totals.errors);
  }

  Function<void()> EndIfOver() RL_REQUIRES(mutex) {
    if (sending || in_flight > 0) return nullptr;
    over = true;
    return std::move(done);
  }

  // Ends the phase with requests unanswered, after all of them have waited for `waited` and more.
  // That is recorded for them: leaving them out would make the slowest ones look like none.
  Function<void()> GiveUp(Duration waited) {
    MutexLock lock(mutex);
    if (over) return nullptr;
    over = true;
    Totals& totals = measured.totals;
    if (totals.errors + totals.timeouts == 0) {
      measured.first_error = {Code::kDeadlineExceeded, "no answer, not even a late one"};
    }
    totals.timeouts += in_flight;
    measured.latencies.response.RecordMany(waited.count(), in_flight);
    measured.latencies.service.RecordMany(waited.count(), in_flight);
    for (OwnerMeasurements& owner : measured.owners) {
      owner.response.RecordMany(waited.count(), owner.requests - owner.response.count());
    }
    in_flight = 0;
    return std::move(done);
  }

  const Phase phase;
  Scheduler& scheduler;
  const bool verify;
  std::atomic<bool> stop{false};

  mutable Mutex mutex;
  bool sending RL_GUARDED_BY(mutex) = true;
  bool over RL_GUARDED_BY(mutex) = false;
  std::uint64_t in_flight RL_GUARDED_BY(mutex) = 0;
  Function<void()> done RL_GUARDED_BY(mutex);
  Measurements measured RL_GUARDED_BY(mutex);
};

Driver::Driver(DriverOptions options, PlanSlice slice, const Ring& ring, Scheduler& scheduler,
               Transport& transport)
    : options_(std::move(options)),
      ring_(ring),
      scheduler_(scheduler),
      transport_(transport),
      slice_(std::move(slice)),
      has_next_(slice_.Next(next_)) {}

Driver::~Driver() = default;

void Driver::Run(const Phase& phase, Function<void()> done) {
  RL_CHECK_BECAUSE(!state_ || IsOver(), "a driver runs one phase at a time");
  // What an earlier phase was stopped before sending is nobody's: not a burst at this one's start.
  while (has_next_ && next_.intended < phase.begin) has_next_ = slice_.Next(next_);
  state_ = std::make_shared<State>(phase, scheduler_, options_.verify, ring_.nodes().size(),
                                   std::move(done));
  scheduler_.RunAt(phase.start, [this] { SendDue(); });
}

// Sends all that is due, then sleeps until the next is. A driver that fell behind sends without a
// pause: every request keeps its intended time, and the lag is measured.
void Driver::SendDue() {
  const Phase& phase = state_->phase;
  while (has_next_ && next_.intended < phase.end && !state_->stop.load()) {
    const TimePoint due = phase.start + (next_.intended - phase.begin);
    const TimePoint now = scheduler_.Now();
    if (due > now) {
      // In short sleeps, so that StopSending is heeded at one request a minute too.
      constexpr Duration kSleepMax = std::chrono::milliseconds(100);
      return scheduler_.RunAt(std::min(due, now + kSleepMax), [this] { SendDue(); });
    }
    Send(now);
    has_next_ = slice_.Next(next_);
  }
  EndSending();
}

void Driver::Send(TimePoint now) {
  State& state = *state_;
  key_.clear();
  AppendKey(next_.key_index, key_);
  const State::Sent sent{.key_index = next_.key_index,
                         .intended = state.phase.start + (next_.intended - state.phase.begin),
                         .sent = now,
                         .owner = ring_.OwnerOf(key_)};
  {
    MutexLock lock(state.mutex);
    Measurements& measured = state.measured;
    ++measured.totals.scheduled;
    if (state.in_flight >= options_.in_flight_max) {
      ++measured.totals.skipped;
      return;
    }
    ++measured.totals.sent;
    ++measured.owners[sent.owner].requests;
    ++state.in_flight;
    measured.latencies.send_lag.Record((now - sent.intended).count());
    measured.last_sent = now - state.phase.start;
    if (measured.sent_times.size() < Measurements::kSentTimesMax) {
      measured.sent_times.push_back(measured.last_sent);
    }
  }
  const std::size_t nodes = ring_.nodes().size();
  const std::size_t to = options_.route == Route::kOwner ? sent.owner : next_.index % nodes;
  const GetRequest request{
      .group = options_.group, .key = key_, .deadline = SaturatingAdd(now, options_.timeout)};
  auto answered = [state = state_, sent](const Result<GetReply>& reply) {
    if (auto done = state->Answered(sent, reply)) done();
  };
  static_assert(sizeof(answered) <= kFunctionInlineBytes, "a request would cost an allocation");
  transport_.Get(ring_.nodes()[to], request, std::move(answered));
}

void Driver::EndSending() {
  // From the moment when sending ends, the last answer may end the phase on another thread, and
  // with it the driver: nothing of `this` may be touched after that.
  const std::shared_ptr<State> state = state_;
  if (in_flight() > 0) {
    // A transport that breaks its promise to answer by the deadline must not hang the run.
    const TimePoint now = scheduler_.Now();
    const TimePoint end = SaturatingAdd(SaturatingAdd(now, options_.timeout), kDrainSlack);
    scheduler_.RunAt(end, [state, waited = end - now] {
      if (auto done = state->GiveUp(waited)) done();
    });
  }
  Function<void()> done;
  {
    MutexLock lock(state->mutex);
    state->sending = false;
    done = state->EndIfOver();
  }
  if (done) done();
}

void Driver::StopSending() {
  if (state_) state_->stop.store(true);
}

bool Driver::IsOver() const {
  MutexLock lock(state_->mutex);
  return state_->over;
}

Totals Driver::totals() const {
  if (!state_) return {};
  MutexLock lock(state_->mutex);
  return state_->measured.totals;
}

std::uint64_t Driver::in_flight() const {
  if (!state_) return 0;
  MutexLock lock(state_->mutex);
  return state_->in_flight;
}

Measurements Driver::measurements() const {
  if (!state_) return Measurements(ring_.nodes().size());
  MutexLock lock(state_->mutex);
  return state_->measured;
}

}  // namespace ringlab
