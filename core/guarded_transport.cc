#include "core/guarded_transport.h"

#include <utility>

namespace ringlab {

Circuit::Outcome OutcomeOf(Code code, Duration took, Duration patience) {
  using Outcome = Circuit::Outcome;
  switch (code) {
    case Code::kUnavailable: return Outcome::kFailed;
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

template <class Reply>
Function<void(Result<Reply>)> GuardedTransport::Watched(std::string_view to,
                                                        Function<void(Result<Reply>)> done) {
  const TimePoint sent = scheduler_.Now();
  Result<Circuits::Permit> permit = circuits_->Ask(to, sent);
  if (!permit) {
    done(tl::unexpected<Error>(std::move(permit.error())));
    return nullptr;
  }
  return [circuits = circuits_, permit = *std::move(permit), &scheduler = scheduler_, sent,
          patience = patience_, done = std::move(done)](Result<Reply> reply) mutable {
    const TimePoint now = scheduler.Now();
    circuits->Report(
        permit,
        reply ? Circuit::Outcome::kSucceeded : OutcomeOf(reply.error().code, now - sent, patience),
        now);
    done(std::move(reply));
  };
}

void GuardedTransport::Get(std::string_view to, const GetRequest& request, GetCallback done) {
  if (auto watched = Watched(to, std::move(done))) inner_.Get(to, request, std::move(watched));
}

}  // namespace ringlab
