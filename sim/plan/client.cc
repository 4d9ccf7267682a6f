#include "sim/plan/client.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/sync.h"
#include "core/source/synthetic_value.h"
#include "sim/plan/client_request.h"

namespace ringlab {

namespace {

// Sent without a pause, before other tasks of the thread have their turn.
constexpr int kBurst = 64;

// What a node says that is not there, or no longer: another one may still answer.
bool IsGone(Code code) { return code == Code::kUnavailable || code == Code::kCancelled; }

}  // namespace

struct Client::State : std::enable_shared_from_this<State> {
  State(ClientOptions its_options, Workload its_plan, Scheduler& its_scheduler,
        Transport& its_transport)
      : options(std::move(its_options)),
        scheduler(its_scheduler),
        transport(its_transport),
        plan(std::move(its_plan)) {}

  void Pump();
  void PumpOn();
  void WakeAt(TimePoint when);
  std::optional<ClientRequest> Next(TimePoint now, TimePoint& wake) RL_REQUIRES(mutex);
  bool IsDue(TimePoint now, TimePoint& wake) RL_REQUIRES(mutex);
  ClientRequest Take(TimePoint now) RL_REQUIRES(mutex);
  void Send(ClientRequest request);
  void Answered(ClientRequest request, const Result<GetReply>& reply);
  void Written(ClientRequest request, const Result<void>& reply);
  bool FailOver(ClientRequest& request, TimePoint now);
  void Count(const ClientRequest& request, const Result<GetReply>& reply, TimePoint now);
  void CountTimes(const ClientRequest& request, const Error* error, TimePoint now)
      RL_REQUIRES(mutex);
  void CountLeftover(const ClientRequest& request);

  const ClientOptions options;
  Scheduler& scheduler;
  Transport& transport;
  std::atomic<bool> stop{false};

  mutable Mutex mutex;
  Workload plan RL_GUARDED_BY(mutex);
  PlanHash hash RL_GUARDED_BY(mutex);
  std::optional<PlannedRequest> planned RL_GUARDED_BY(mutex);  // the next one of an open loop
  std::shared_ptr<const Ring> ring RL_GUARDED_BY(mutex);
  TimePoint start RL_GUARDED_BY(mutex);
  bool ran RL_GUARDED_BY(mutex) = false;
  bool sending RL_GUARDED_BY(mutex) = false;  // more may be sent
  bool pumping RL_GUARDED_BY(mutex) = false;
  bool armed RL_GUARDED_BY(mutex) = false;  // a task of the scheduler will pump
  std::uint64_t in_flight RL_GUARDED_BY(mutex) = 0;
  ClientReport report RL_GUARDED_BY(mutex);
  Leftovers leftovers RL_GUARDED_BY(mutex);  // by `ring`
  Function<void()> done RL_GUARDED_BY(mutex);
};

// Sends all that may be sent now. One thread does so at a time; another that has reason to leaves
// it to that one, which looks again before it ends. So an answer that comes inside a sending does
// not send from there, and nothing recurses.
void Client::State::Pump() {
  {
    MutexLock lock(mutex);
    if (std::exchange(pumping, true)) return;
  }
  PumpOn();
}

// Who pumps alone may end the run, and with it the scheduler: so that is not touched afterwards.
void Client::State::PumpOn() {
  for (int sent = 0; sent < kBurst; ++sent) {
    std::optional<ClientRequest> request;
    TimePoint wake = kNever;
    Function<void()> over;
    {
      MutexLock lock(mutex);
      if (sending) request = Next(scheduler.Now(), wake);
      if (!request && wake == kNever) {
        pumping = false;
        if (!sending && in_flight == 0) over = std::move(done);
      }
    }
    if (over) over();
    if (request) {
      Send(*std::move(request));
    } else if (wake != kNever) {
      WakeAt(wake);
    } else {
      return;
    }
  }
  scheduler.RunAt(scheduler.Now(), [self = shared_from_this()] { self->PumpOn(); });
}

void Client::State::WakeAt(TimePoint when) {
  scheduler.RunAt(when, [self = shared_from_this()] {
    {
      MutexLock lock(self->mutex);
      self->armed = false;
    }
    self->Pump();
  });
}

// The next request, if one may be sent now; else, perhaps, when to look again.
std::optional<ClientRequest> Client::State::Next(TimePoint now, TimePoint& wake) {
  while (sending) {
    const ClientTotals& totals = report.totals;
    if (stop.load() || totals.scheduled >= options.requests || now - start >= options.duration) {
      sending = false;
      break;
    }
    if (!planned) {
      planned.emplace();
      if (!plan.Next(*planned)) {
        report.plan_error = plan.error();
        sending = false;
        break;
      }
      hash.Add(*planned);
    }
    if (!IsDue(now, wake)) break;
    if (!options.open_loop || in_flight < options.in_flight_max) return Take(now);
    ++report.totals.scheduled;
    ++report.totals.skipped;
    planned.reset();
  }
  return std::nullopt;
}

// In open loop, a request that is not due yet comes again when it is.
bool Client::State::IsDue(TimePoint now, TimePoint& wake) {
  if (!options.open_loop) return in_flight < options.concurrency;
  const TimePoint due = SaturatingAdd(start, planned->intended);
  if (due <= now) return true;
  // In short sleeps, so that Stop is heeded at one request a minute too.
  constexpr Duration kSleepMax = std::chrono::milliseconds(100);
  if (!std::exchange(armed, true)) wake = std::min(due, now + kSleepMax);
  return false;
}

ClientRequest Client::State::Take(TimePoint now) {
  ++report.totals.scheduled;
  ++report.totals.sent;
  ++in_flight;
  report.totals.writes += planned->operation == Operation::kGet ? 0 : 1;
  ClientRequest request = RequestOf(*planned, options);
  request.intended = options.open_loop ? SaturatingAdd(start, planned->intended) : now;
  request.sent = now;
  request.deadline = SaturatingAdd(now, options.timeout);
  request.ring = ring;
  planned.reset();
  return request;
}

void Client::State::Send(ClientRequest request) {
  Ask(
      transport, options.group, std::move(request),
      [self = shared_from_this()](ClientRequest asked, const Result<GetReply>& reply) {
        self->Answered(std::move(asked), reply);
      },
      [self = shared_from_this()](ClientRequest asked, const Result<void>& reply) {
        self->Written(std::move(asked), reply);
      });
}

void Client::State::Answered(ClientRequest request, const Result<GetReply>& reply) {
  const TimePoint now = scheduler.Now();
  if (!reply && IsGone(reply.error().code) && FailOver(request, now)) {
    return Send(std::move(request));
  }
  Count(request, reply, now);
  Pump();
}

void Client::State::Written(ClientRequest request, const Result<void>& reply) {
  const TimePoint now = scheduler.Now();
  if (!reply && IsGone(reply.error().code) && FailOver(request, now)) {
    return Send(std::move(request));
  }
  {
    MutexLock lock(mutex);
    CountWritten(reply, report);
    CountTimes(request, reply ? nullptr : &reply.error(), now);
  }
  Pump();
}

// Whether the request shall be sent again, to the node that is then its turn.
bool Client::State::FailOver(ClientRequest& request, TimePoint now) {
  if (request.tries >= options.failovers_max || now >= request.deadline) return false;
  MutexLock lock(mutex);
  const std::vector<std::string>& nodes = ring->nodes();
  std::uint64_t turn = request.turn + 1;
  if (nodes[turn % nodes.size()] == request.to()) ++turn;        // the ring has changed since
  if (nodes[turn % nodes.size()] == request.to()) return false;  // it is the only one
  ++request.tries;
  request.turn = turn;
  request.ring = ring;
  ++report.totals.failovers;
  report.totals.failed_over += request.tries == 1 ? 1 : 0;
  return true;
}

void Client::State::Count(const ClientRequest& request, const Result<GetReply>& reply,
                          TimePoint now) {
  const bool wrong =
      reply && options.verify && !SyntheticVersion(request.key, reply->value.view()).has_value();
  if (reply && reply->level == Level::kCache) CountLeftover(request);
  MutexLock lock(mutex);
  CountAnswer(reply, wrong, report);
  CountTimes(request, reply ? nullptr : &reply.error(), now);
}

// `error` is null for an answer that is none.
void Client::State::CountTimes(const ClientRequest& request, const Error* error, TimePoint now) {
  --in_flight;
  report.elapsed = std::max(report.elapsed, now - start);
  const std::int64_t service = (now - request.sent).count();
  if (error != nullptr && error->code != Code::kNotFound) return report.failed.Record(service);
  report.service.Record(service);
  if (options.open_loop) report.response.Record((now - request.intended).count());
}

void Client::State::CountLeftover(const ClientRequest& request) {
  std::shared_ptr<const Ring> now_ring;
  {
    MutexLock lock(mutex);
    now_ring = ring;
  }
  const NodeIndex owner = now_ring->OwnerOf(request.key);
  if (now_ring->nodes()[owner] == request.to()) return;
  const NodeIndex at = now_ring->IndexOf(request.to());
  MutexLock lock(mutex);
  ++report.totals.leftovers;
  if (now_ring != ring) return;  // it changed just now: of that ring nobody asks any more
  ++leftovers.of[owner];
  if (at != kNoNode) ++leftovers.at[at];
}

Client::Client(ClientOptions options, Workload plan, Scheduler& scheduler, Transport& transport)
    : state_(std::make_shared<State>(std::move(options), std::move(plan), scheduler, transport)) {}

void Client::SetRing(std::shared_ptr<const Ring> ring) {
  const std::size_t nodes = ring->nodes().size();
  Leftovers none{.at = std::vector<std::uint64_t>(nodes), .of = std::vector<std::uint64_t>(nodes)};
  MutexLock lock(state_->mutex);
  state_->ring.swap(ring);  // the old one ends outside the lock
  std::swap(state_->leftovers, none);
}

void Client::Run(Function<void()> done) {
  {
    MutexLock lock(state_->mutex);
    RL_CHECK_BECAUSE(state_->ring != nullptr, "SetRing comes before Run");
    RL_CHECK_BECAUSE(!std::exchange(state_->ran, true), "a client runs once");
    state_->start = state_->scheduler.Now();
    state_->done = std::move(done);
    state_->sending = true;
  }
  state_->Pump();
}

void Client::Stop() {
  state_->stop.store(true);
  state_->Pump();
}

ClientTotals Client::totals() const {
  MutexLock lock(state_->mutex);
  return state_->report.totals;
}

Leftovers Client::leftovers() const {
  MutexLock lock(state_->mutex);
  return state_->leftovers;
}

ClientReport Client::report() const {
  MutexLock lock(state_->mutex);
  ClientReport report = state_->report;
  report.in_flight = state_->in_flight;
  report.plan_hash = state_->hash.ToString();
  return report;
}

}  // namespace ringlab
