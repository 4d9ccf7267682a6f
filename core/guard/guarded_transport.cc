#include "core/guard/guarded_transport.h"

#include <utility>

namespace ringlab {

Circuit::Outcome OutcomeOf(Code code, Duration took, Duration patience) {
  using Outcome = Circuit::Outcome;
  switch (code) {
    case Code::kUnavailable:
    case Code::kUnauthenticated:
    case Code::kPermissionDenied: return Outcome::kFailed;
    case Code::kDeadlineExceeded: return took < patience ? Outcome::kUnjudged : Outcome::kFailed;
    case Code::kCancelled: return Outcome::kUnjudged;
    default: return Outcome::kSucceeded;
  }
}

GuardedTransport::GuardedTransport(Transport& inner, Scheduler& scheduler, GuardOptions options)
    : inner_(inner),
      scheduler_(scheduler),
      patience_(options.patience),
      circuits_(std::make_shared<Circuits>(options.circuits)) {}

namespace {

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

constexpr auto kRefuse = [](const Error& error) { return tl::unexpected<Error>(error); };

}  // namespace

template <class Reply, class Refuse>
Function<void(Reply)> GuardedTransport::Watched(std::string_view to, Function<void(Reply)> done,
                                                Refuse refuse, Duration patience) {
  const TimePoint sent = scheduler_.Now();
  Result<Circuits::Permit> permit = circuits_->Ask(to, sent);
  if (!permit) {
    done(refuse(permit.error()));
    return nullptr;
  }
  return [circuits = circuits_, permit = *std::move(permit), &scheduler = scheduler_, sent,
          patience, done = std::move(done)](Reply reply) mutable {
    const TimePoint now = scheduler.Now();
    const Error* const failure = Failure(reply);
    const auto outcome = failure == nullptr ? Circuit::Outcome::kSucceeded
                                            : OutcomeOf(failure->code, now - sent, patience);
    circuits->Report(permit, outcome, now, now - sent, failure);
    done(std::move(reply));
  };
}

void GuardedTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  if (auto w = Watched(to, std::move(done), kRefuse, patience_))
    inner_.Get(to, request, std::move(w));
}

void GuardedTransport::GetMany(std::string_view to, const GetManyRequest& request,
                               GetManyCallback done) {
  const auto refuse = [keys = request.keys.size()](const Error& error) {
    return std::vector<Result<GetReply>>(keys, tl::unexpected<Error>(error));
  };
  if (auto w = Watched(to, std::move(done), refuse, patience_))
    inner_.GetMany(to, request, std::move(w));
}

void GuardedTransport::Peek(std::string_view to, const GetRequest& request, PeekCallback done) {
  if (auto w = Watched(to, std::move(done), kRefuse, Duration::max()))
    inner_.Peek(to, request, std::move(w));
}

void GuardedTransport::Set(std::string_view to, const SetRequest& request, WriteCallback done) {
  if (auto w = Watched(to, std::move(done), kRefuse, patience_))
    inner_.Set(to, request, std::move(w));
}

void GuardedTransport::Remove(std::string_view to, const RemoveRequest& request,
                              WriteCallback done) {
  if (auto w = Watched(to, std::move(done), kRefuse, patience_))
    inner_.Remove(to, request, std::move(w));
}

}  // namespace ringlab
