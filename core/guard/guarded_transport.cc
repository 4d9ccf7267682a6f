#include "core/guard/guarded_transport.h"

#include <algorithm>
#include <utility>

namespace ringlab {

namespace {

// How a call ended, for its peer's circuit.
Circuit::Outcome OutcomeOf(Code code, bool silent, bool hurried) {
  using Outcome = Circuit::Outcome;
  switch (code) {
    case Code::kUnavailable:
    case Code::kUnauthenticated:
    case Code::kPermissionDenied: return Outcome::kFailed;
    case Code::kDeadlineExceeded:
      if (!silent) return Outcome::kSucceeded;
      return hurried ? Outcome::kUnjudged : Outcome::kFailed;
    case Code::kCancelled: return Outcome::kUnjudged;
    default: return Outcome::kSucceeded;
  }
}

// What a reply failed with; null when it did not. A call that failed as a whole failed every key of
// a batch.
template <class T>
const Error* Failure(const Result<T>& reply) {
  return reply ? nullptr : &reply.error();
}

const Error* Failure(const std::vector<Result<GetReply>>& replies) {
  for (const Result<GetReply>& reply : replies) {
    if (reply || reply.error().code != replies.front().error().code) return nullptr;
  }
  return replies.empty() ? nullptr : Failure(replies.front());
}

// Another error in its place, or in that of each key.
template <class T>
void FailAgain(Result<T>& reply, const Error& error) {
  reply = tl::unexpected<Error>(error);
}

void FailAgain(std::vector<Result<GetReply>>& replies, const Error& error) {
  for (Result<GetReply>& reply : replies) FailAgain(reply, error);
}

// From when on a deadline that has passed is our own: engines round theirs. A peer that lives
// speaks at an eighth of the time before it.
TimePoint SilentFrom(TimePoint sent, TimePoint until) {
  constexpr int kPart = 32;
  return until == kNever ? kNever : until - (until - sent) / kPart;
}

Error Silent(std::string_view peer, Duration waited) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
  return {Code::kUnavailable,
          "peer \"" + std::string(peer) + "\" said nothing within " + std::to_string(ms) + " ms"};
}

constexpr auto kRefuse = [](const Error& error) { return tl::unexpected<Error>(error); };

}  // namespace

GuardedTransport::GuardedTransport(Transport& inner, Scheduler& scheduler, GuardOptions options)
    : inner_(inner),
      scheduler_(scheduler),
      options_(options),
      circuits_(std::make_shared<Circuits>(options.circuits)) {}

// When a peer must have said something.
TimePoint GuardedTransport::WordBy(const Circuits::Permit& permit, TimePoint now,
                                   const Limits& limits) const {
  if (limits.wanted_by == kNever) return limits.deadline;
  Duration wait = (std::min(limits.wanted_by, limits.deadline) - now) / 2;
  // Whoever is in such a hurry goes away before another way could help.
  if (wait < options_.patience) wait = (limits.deadline - now) / 2;
  if (wait < options_.patience) return limits.deadline;
  const Duration usual = circuits_->Usual(permit);
  if (usual > Duration::zero()) {
    wait = std::min(wait, std::max(options_.silence_min, options_.usual_times * usual));
  }
  return SaturatingAdd(now, wait);
}

template <class Reply, class Refuse>
GuardedTransport::Watched<Reply> GuardedTransport::Watch(std::string_view to,
                                                         Function<void(Reply)> done, Refuse refuse,
                                                         Limits limits) {
  const TimePoint sent = scheduler_.Now();
  Result<Circuits::Permit> permit = circuits_->Ask(to, sent);
  if (!permit) {
    done(refuse(permit.error()));
    return {};
  }
  const TimePoint until = WordBy(*permit, sent, limits);
  const bool given_up = until < limits.deadline;
  auto watched = [circuits = circuits_, permit = *std::move(permit), &scheduler = scheduler_, sent,
                  until, given_up, hurry = limits.patience,
                  done = std::move(done)](Reply reply) mutable {
    const TimePoint now = scheduler.Now();
    const Duration took = now - sent;
    const Error* failure = Failure(reply);
    const bool late = failure != nullptr && failure->code == Code::kDeadlineExceeded;
    const bool silent = late && now >= SilentFrom(sent, until);
    const auto outcome = failure == nullptr ? Circuit::Outcome::kSucceeded
                                            : OutcomeOf(failure->code, silent, took < hurry);
    if (silent && given_up) {
      FailAgain(reply, Silent(circuits->NameOf(permit), took));
      failure = Failure(reply);
    }
    circuits->Report(permit, outcome, now, took, failure);
    done(std::move(reply));
  };
  return {until, std::move(watched)};
}

void GuardedTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  auto w =
      Watch(to, std::move(done), kRefuse, {request.deadline, request.wanted_by, options_.patience});
  if (!w) return;
  GetRequest bounded = request;
  bounded.deadline = w.until;
  inner_.Get(to, bounded, std::move(w.done));
}

void GuardedTransport::GetMany(std::string_view to, const GetManyRequest& request,
                               GetManyCallback done) {
  const auto refuse = [keys = request.keys.size()](const Error& error) {
    return std::vector<Result<GetReply>>(keys, tl::unexpected<Error>(error));
  };
  auto w =
      Watch(to, std::move(done), refuse, {request.deadline, request.wanted_by, options_.patience});
  if (!w) return;
  GetManyRequest bounded = request;
  bounded.deadline = w.until;
  inner_.GetMany(to, bounded, std::move(w.done));
}

void GuardedTransport::Peek(std::string_view to, const GetRequest& request, PeekCallback done) {
  auto w = Watch(to, std::move(done), kRefuse,
                 {.deadline = request.deadline, .patience = Duration::max()});
  if (w) inner_.Peek(to, request, std::move(w.done));
}

void GuardedTransport::Set(std::string_view to, const SetRequest& request, WriteCallback done) {
  auto w = Watch(to, std::move(done), kRefuse,
                 {.deadline = request.deadline, .patience = options_.patience});
  if (w) inner_.Set(to, request, std::move(w.done));
}

void GuardedTransport::Remove(std::string_view to, const RemoveRequest& request,
                              WriteCallback done) {
  auto w = Watch(to, std::move(done), kRefuse,
                 {.deadline = request.deadline, .patience = options_.patience});
  if (w) inner_.Remove(to, request, std::move(w.done));
}

}  // namespace ringlab
