#include "loadgen/measure/phase_tally.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/source/synthetic_value.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

namespace {

const Error* ErrorOf(const auto& result) { return result ? nullptr : &result.error(); }

// A batch is what its best key is.
const Error* ErrorOfBatch(std::span<const Result<GetReply>> replies) {
  const Error* worst = nullptr;
  for (const Result<GetReply>& reply : replies) {
    if (reply) return nullptr;
    const bool better = reply.error().code == Code::kNotFound;
    if (worst == nullptr || (better && worst->code != Code::kNotFound)) worst = &reply.error();
  }
  return worst;
}

}  // namespace

PhaseTally::PhaseTally(const Options& options, Scheduler& scheduler, VersionLedger* ledger,
                       Function<void()> done)
    : options_(options),
      scheduler_(scheduler),
      ledger_(ledger),
      open_(options.nodes),
      done_(std::move(done)),
      measured_(options.nodes),
      parts_(options.phase),
      series_(options.phase) {
  if (options.by_asked) measured_.asked.resize(options.nodes);
  // At once, so that no send waits for megabytes to be moved; memory is taken as it is written.
  measured_.sent_times.reserve(Measurements::kSentTimesMax);
}

bool PhaseTally::Begin(const SentRequest& request, const AskedKeys& asked) {
  {
    MutexLock lock(mutex_);
    if (over_) return false;  // it was given up while its sender was late
    ++measured_.totals.scheduled;
    const bool sent = in_flight_ < options_.in_flight_max;
    series_.Begin(request, sent);
    parts_.Begin(request, sent);
    if (!sent) {
      ++measured_.totals.skipped;
      return false;
    }
    ++measured_.totals.sent;
    measured_.ranks.Count(asked.rank);
    ++measured_.of(request.operation).requests;
    if (request.operation == Operation::kGet) measured_.keys.asked += asked.keys;
    ++measured_.owners[request.owner].requests;
    if (options_.by_asked) ++measured_.asked[request.asked].requests;
    ++measured_.in_flight.arrivals;
    measured_.in_flight.seen += in_flight_;
    ++in_flight_;
    ++open_[request.asked];
    measured_.last_sent = request.sent - options_.phase.start;
    if (measured_.sent_times.size() < Measurements::kSentTimesMax) {
      measured_.sent_times.push_back(measured_.last_sent);
    }
  }
  if (ledger_ != nullptr && request.operation != Operation::kGet) {
    ledger_->Sent({.key = request.key_index,
                   .version = request.version,
                   .is_remove = request.operation == Operation::kRemove,
                   .worker = options_.worker,
                   .sent = request.sent});
  }
  return true;
}

void PhaseTally::Answered(const SentRequest& request, const Result<GetReply>& reply,
                          CallTimes times) {
  const Reading reading = Check(request.key_index, request.key, request.sent, reply);
  Finish(request, ErrorOf(reply), {&reply, 1}, {&reading, 1}, times);
}

void PhaseTally::Answered(const SentRequest& request, std::span<const std::uint64_t> keys,
                          std::span<const Result<GetReply>> replies, CallTimes times) {
  if (replies.size() != keys.size()) {
    const Error broken{Code::kInternal, "a batch of " + std::to_string(keys.size()) + " keys has " +
                                            std::to_string(replies.size()) + " results"};
    const std::vector<Result<GetReply>> failed(keys.size(), tl::unexpected<Error>(broken));
    return Answered(request, keys, failed, times);
  }
  std::vector<Reading> readings(keys.size());
  std::string key;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    key.clear();
    if (options_.verify) AppendKey(keys[i], options_.key_sizes, key);
    readings[i] = Check(keys[i], key, request.sent, replies[i]);
  }
  Finish(request, ErrorOfBatch(replies), replies, readings, times);
}

void PhaseTally::Written(const SentRequest& request, const Result<void>& reply, CallTimes times) {
  if (ledger_ != nullptr && reply) {
    ledger_->Acknowledged(request.key_index, request.version, scheduler_.Now());
  }
  Finish(request, ErrorOf(reply), {}, {}, times);
}

PhaseTally::Reading PhaseTally::Check(std::uint64_t key_index, std::string_view key, TimePoint sent,
                                      const Result<GetReply>& reply) const {
  if (!options_.verify) return {};
  if (!reply && reply.error().code != Code::kNotFound) return {};
  std::optional<std::uint64_t> version;
  if (reply) {
    version = SyntheticVersion(key, reply->value.view());
    if (!version) return {.wrong = true};
  }
  if (ledger_ == nullptr) return {};
  const Judgement judgement = ledger_->Judge(
      {.key = key_index, .version = version, .worker = options_.worker, .sent = sent});
  const bool wrong = judgement.kind == Judgement::Kind::kWrong;
  return {.wrong = wrong, .judged = !wrong, .judgement = judgement};
}

// A request counts as sent when its last byte was written, and as answered when the reply's was
// read: what lies before is loadgen's own lag, what lies after is not the node's.
void PhaseTally::Finish(SentRequest request, const Error* error,
                        std::span<const Result<GetReply>> replies,
                        std::span<const Reading> readings, CallTimes times) {
  const TimePoint now = times.done == kNever ? scheduler_.Now() : times.done;
  const TimePoint began = request.sent;
  if (times.sent != kNever) request.sent = times.sent;
  std::optional<StageSample> stages;
  if (replies.size() == 1 && replies.front() && replies.front()->times.took > 0) {
    stages = StagesOf(request, began, now, *replies.front());
  }
  Function<void()> done;
  {
    MutexLock lock(mutex_);
    if (over_) return;
    --in_flight_;
    --open_[request.asked];
    CountRequest(request, error, now);
    measured_.in_flight.stayed += now - began;
    if (stages) measured_.breakdown.Record(*stages);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      CountKey(replies[i], readings[i], request, now);
    }
    done = EndIfOver();
  }
  if (done) done();
}

void PhaseTally::CountRequest(const SentRequest& request, const Error* error, TimePoint now) {
  OperationMeasurements& operation = measured_.of(request.operation);
  std::uint64_t TimeSeries::Counts::* outcome = &TimeSeries::Counts::ok;
  std::uint64_t Totals::* ended = &Totals::ok;
  const bool not_found = error != nullptr && error->code == Code::kNotFound;
  if (not_found && request.operation == Operation::kGet) {
    ended = &Totals::not_found;
    outcome = &TimeSeries::Counts::not_found;
  } else if (error != nullptr) {
    outcome = &TimeSeries::Counts::failed;
    if (!measured_.has_error()) measured_.first_error = *error;
    ended = error->code == Code::kDeadlineExceeded ? &Totals::timeouts : &Totals::errors;
    measured_.failures.Count(error->code, request.asked);
    ++operation.failed;
    ++measured_.owners[request.owner].failed;
    if (options_.by_asked) ++measured_.asked[request.asked].failed;
  }
  ++(measured_.totals.*ended);
  series_.End(request, outcome, now);
  const Duration response = now - request.intended;
  const Duration service = now - request.sent;
  measured_.latencies.send_lag.Record((response - service).count());
  parts_.End(request, ended, response, service);
  if (IsFailure(ended)) return measured_.latencies.failed.Record(response.count());
  measured_.owners[request.owner].response.Record(response.count());
  if (options_.by_asked) measured_.asked[request.asked].response.Record(response.count());
  operation.service.Record(service.count());
}

void PhaseTally::CountKey(const Result<GetReply>& reply, const Reading& reading,
                          const SentRequest& request, TimePoint now) {
  if (reply) {
    ++measured_.keys.ok;
    const auto level = static_cast<std::size_t>(reply->level);
    measured_.levels[level].Record((now - request.sent).count());
    series_.Answered(request, reply->level);
  } else if (reply.error().code == Code::kNotFound) {
    ++measured_.keys.not_found;
  } else {
    if (!measured_.has_error()) measured_.first_error = reply.error();
    ++measured_.keys.failed;
  }
  measured_.totals.wrong_values += reading.wrong ? 1 : 0;
  if (!reading.judged) return;
  Staleness& staleness = measured_.staleness;
  ++staleness.reads;
  switch (reading.judgement.kind) {
    case Judgement::Kind::kStale:
      ++staleness.stale;
      staleness.own_stale += reading.judgement.own_write ? 1 : 0;
      staleness.age.Record(reading.judgement.age.count());
      break;
    case Judgement::Kind::kReverted: ++staleness.reverted; break;
    case Judgement::Kind::kUntold: ++staleness.untold; break;
    case Judgement::Kind::kFresh:
    case Judgement::Kind::kWrong: break;
  }
}

Function<void()> PhaseTally::EndIfOver() {
  if (sending_ || in_flight_ > 0) return nullptr;
  over_ = true;
  return std::move(done_);
}

void PhaseTally::EndSending() {
  Function<void()> done;
  {
    MutexLock lock(mutex_);
    sending_ = false;
    done = EndIfOver();
  }
  if (done) done();
}

void PhaseTally::GiveUp(Duration waited, const Error& why) {
  Function<void()> done;
  {
    MutexLock lock(mutex_);
    if (over_) return;
    over_ = true;
    Measurements& m = measured_;
    if (!m.has_error() && in_flight_ > 0) m.first_error = why;
    const auto ended = why.code == Code::kDeadlineExceeded ? &Totals::timeouts : &Totals::errors;
    m.totals.*ended += in_flight_;
    for (NodeIndex node = 0; node < open_.size(); ++node) {
      m.failures.Count(why.code, node, open_[node]);
    }
    m.keys.failed = m.keys.asked - m.keys.ok - m.keys.not_found;
    m.latencies.GiveUp(in_flight_, waited);
    parts_.GiveUp(ended, waited);
    // Whatever was asked and not answered has failed by now.
    const auto fail_open = [](auto& of) { of.failed = of.requests - of.Answered(); };
    std::ranges::for_each(m.operations, fail_open);
    std::ranges::for_each(m.owners, fail_open);
    std::ranges::for_each(m.asked, fail_open);
    series_.GiveUp();
    in_flight_ = 0;
    done = std::move(done_);
  }
  if (done) done();
}

TimeSeries::Counts PhaseTally::counts(std::size_t interval) const {
  MutexLock lock(mutex_);
  return series_.counts(interval);
}

void PhaseTally::TakeAnswers(std::vector<TimeSeries::Answer>& answers) {
  MutexLock lock(mutex_);
  series_.Take(answers);
}

bool PhaseTally::is_over() const {
  MutexLock lock(mutex_);
  return over_;
}

std::uint64_t PhaseTally::in_flight() const {
  MutexLock lock(mutex_);
  return in_flight_;
}

Totals PhaseTally::totals() const {
  MutexLock lock(mutex_);
  return measured_.totals;
}

Measurements PhaseTally::measurements() const {
  Measurements measured(0);
  PhaseSeries series;
  {
    MutexLock lock(mutex_);
    measured = measured_;
    measured.parts = parts_.measured();
    series = series_;
  }
  measured.series = std::move(series).Sorted();
  measured.SumUp();
  return measured;
}

}  // namespace ringlab
