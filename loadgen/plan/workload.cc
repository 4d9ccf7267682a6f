#include "loadgen/plan/workload.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kMaxKeys = std::min(kMaxZipfRanks, Permutation::kMaxSize);

template <class T>
auto Refuse(std::string_view option, const T& value, std::string_view accepted) {
  std::ostringstream message;
  message << "plan a workload: " << option << " is " << value << ", accepted is " << accepted;
  return Fail(Code::kInvalidArgument, message.str());
}

Operation OperationOf(TraceOp op) {
  switch (op) {
    case TraceOp::kGet: return Operation::kGet;
    case TraceOp::kSet: return Operation::kSet;
    case TraceOp::kRemove: return Operation::kRemove;
  }
  return Operation::kGet;
}

}  // namespace

Arrivals ArrivalsOf(const WorkloadOptions& options) {
  const Rng rng = Rng(options.seed).Split("arrivals");
  return options.profile ? Arrivals(options.process, options.profile, rng)
                         : Arrivals(options.process, options.qps, rng);
}

Result<Workload> Workload::Create(const WorkloadOptions& options) {
  if (!Arrivals::IsRate(options.qps)) {
    return Refuse("qps", options.qps, "a rate from 1e-9 to 1e9 a second");
  }
  if (options.duration <= Duration::zero()) {
    return Refuse("duration_ns", options.duration.count(), "more than 0 nanoseconds");
  }
  if (options.keys < 1 || options.keys > kMaxKeys) {
    return Refuse("keys", options.keys, "1 to 1099511627776 (2^40)");
  }
  if (!std::isfinite(options.zipf_s) || options.zipf_s < 0) {
    return Refuse("zipf_s", options.zipf_s, "a finite exponent of at least 0");
  }
  const OperationMix& mix = options.mix;
  if (!mix.IsValid()) {
    std::ostringstream weights;
    weights << "get=" << mix.get << ",set=" << mix.set << ",remove=" << mix.remove;
    return Refuse("mix", weights.str(), "finite weights from 0 up, not all of them 0");
  }
  if (options.batch < 1 || options.batch > kBatchMax) {
    return Refuse("batch", options.batch, "1 to 10000 keys");
  }
  if (options.batch > 1 && mix.get == 0) {
    return Refuse("batch", options.batch, "1 in a mix without gets, which alone come in batches");
  }
  if (options.trace && !(options.trace->speed >= TracePlan::kSpeedMin &&
                         options.trace->speed <= TracePlan::kSpeedMax)) {
    return Refuse("the trace's speed", options.trace->speed, "0.001 to 1000000");
  }
  if (!(options.scan >= 0 && options.scan <= 1)) {
    return Refuse("scan", options.scan, "a fraction of the gets, from 0 to 1");
  }
  std::optional<Drift> drift;
  if (!options.drift.empty()) {
    const std::uint64_t seed = Rng(options.seed).Split("drift").Next();
    auto parsed = Drift::Parse(options.drift, options.keys, seed);
    if (!parsed) {
      return Fail(Code::kInvalidArgument, "plan a workload: drift " + parsed.error().message);
    }
    drift = *std::move(parsed);
  }
  return Workload(options, std::move(drift));
}

Workload::Workload(const WorkloadOptions& options, std::optional<Drift> drift)
    : trace_(options.trace ? std::optional<TracePlan>(*options.trace) : std::nullopt),
      duration_(options.duration),
      arrivals_(ArrivalsOf(options)),
      keys_rng_(Rng(options.seed).Split("keys")),
      operations_rng_(Rng(options.seed).Split("operations")),
      scan_rng_(Rng(options.seed).Split("scan")),
      scan_(options.scan),
      next_scanned_(options.keys),
      batch_seed_(Rng(options.seed).Split("batch").Next()),
      mix_(options.mix),
      batch_(static_cast<std::uint32_t>(options.batch)),
      zipf_(options.keys, options.zipf_s),
      scatter_(options.keys, Rng(options.seed).Split("scatter").Next()),
      drift_(std::move(drift)) {}

std::uint64_t Workload::KeyOf(std::uint64_t rank, Duration at) const {
  return scatter_(drift_ ? (*drift_)(rank - 1, at) : rank - 1);
}

bool Workload::Next(PlannedRequest& request) {
  if (trace_) return NextOfTrace(request);
  const Duration intended = arrivals_.Next();
  if (intended >= duration_) {
    duration_ = Duration::zero();  // times never decrease, but make the end final by itself
    return false;
  }
  request.index = next_index_++;
  request.intended = intended;
  request.rank = zipf_(keys_rng_);
  request.key_index = KeyOf(request.rank, intended);
  request.operation = mix_.At(operations_rng_.Uniform());
  request.further_keys = request.operation == Operation::kGet ? batch_ - 1 : 0;
  const bool scanned = scan_ > 0 && scan_rng_.Uniform() < scan_;
  if (scanned && request.operation == Operation::kGet) {
    request.rank = 0;
    request.key_index = next_scanned_++;
  }
  return true;
}

bool Workload::NextOfTrace(PlannedRequest& request) {
  TracePlan::Request next;
  if (duration_ == Duration::zero() || !trace_->Next(next)) {
    error_ = trace_->error();
    return false;
  }
  const Duration intended = trace_->options().own_times ? next.intended : arrivals_.Next();
  if (intended >= duration_) {
    duration_ = Duration::zero();
    return false;
  }
  if (next_index_ == kTraceRequestsMax) {
    error_ = {Code::kOutOfRange, trace_->options().file + ": has more than 2000000000 requests"};
    return false;
  }
  request = {.index = next_index_++,
             .intended = intended,
             .key_index = next.key_index,
             .operation = OperationOf(next.op),
             .key = next.key,
             .size = next.size,
             .ttl = next.ttl};
  return true;
}

void Workload::FurtherKeys(const PlannedRequest& request, std::vector<std::uint64_t>& keys) const {
  Rng rng(Mix64(batch_seed_ + request.index));
  for (std::uint32_t i = 0; i < request.further_keys; ++i) {
    keys.push_back(KeyOf(zipf_(rng), request.intended));
  }
}

PlanSlice::PlanSlice(Workload plan, std::uint64_t worker, std::uint64_t workers)
    : plan_(std::move(plan)), worker_(worker), workers_(workers) {
  RL_CHECK(worker < workers);
}

bool PlanSlice::Next(PlannedRequest& request) {
  while (plan_.Next(request)) {
    hash_.Add(request);
    if (request.index % workers_ == worker_) return true;
  }
  return false;
}

PlanHash HashPlan(Workload plan) {
  PlanHash hash;
  PlannedRequest request;
  while (plan.Next(request)) hash.Add(request);
  return hash;
}

void AppendKey(const PlannedRequest& request, const KeySizes& sizes, std::string& text) {
  if (request.key.empty()) return AppendKey(request.key_index, sizes, text);
  text.append(request.key);
}

}  // namespace ringlab
