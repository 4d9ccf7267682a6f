// Workload: the plan of a run, that is what is asked of which key at which intended time.
//
// Decided by its options alone, so the same seed and options give the same requests on every run.
// The plan is one global sequence however many workers send it: worker i of W walks all of it and
// sends requests i, i + W, i + 2W ... (PlanSlice). No worker waits for another to learn its share,
// and neither the plan nor its hash depends on W.
//
// Random streams are split from the seed by name: "arrivals" for times, "keys" for ranks, "scatter"
// for the bijection from ranks to keys, "operations" for what is done, "batch" for the further keys
// of a batch, "scan" for who belongs to the scan. So another rate does not change which keys are
// asked for, nor does another mix.
//
// With a trace (loadgen/plan/trace_plan.h) the requests are those of a file instead, and of the
// streams "arrivals" alone is used, if the times are not the trace's own.
//
// Nothing here is thread-safe; each worker has a copy. Copying replays from the same position.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "loadgen/plan/arrivals.h"
#include "loadgen/plan/drift.h"
#include "loadgen/plan/key_text.h"
#include "loadgen/plan/operation.h"
#include "loadgen/plan/permutation.h"
#include "loadgen/plan/plan_hash.h"
#include "loadgen/plan/planned_request.h"
#include "loadgen/plan/rate_profile.h"
#include "loadgen/plan/trace_plan.h"
#include "loadgen/plan/zipf.h"

namespace ringlab {

struct WorkloadOptions {
  std::uint64_t seed = 1;
  ArrivalProcess process = ArrivalProcess::kPoisson;
  double qps = 10'000;  // a second, over all workers; of a profile: mean
  std::shared_ptr<const RateProfile> profile = nullptr;  // rates that change; null: one rate
  Duration duration = std::chrono::seconds(30);          // requests are due before this
  std::string_view preset = {};                          // whose figures are in what follows
  std::uint64_t keys = 1'000'000;
  KeySizes key_sizes = {};  // of their texts, which the plan's hash does not see
  double zipf_s = 0.99;     // 0 asks for every key alike
  std::string drift = {};   // as Drift::Parse takes it; "": popularity stays
  OperationMix mix = {};
  std::uint64_t batch = 1;  // keys of a get
  double scan = 0;          // of the gets: they walk through keys beyond the others, each once
  std::optional<TraceOptions> trace = {};  // then no keys, zipf_s, mix, batch, scan

  // Of all requests, those that belong to the scan, as planned.
  double scanned() const { return scan * mix.get / (mix.get + mix.set + mix.remove); }
};

// At the beginning of the plan's times.
Arrivals ArrivalsOf(const WorkloadOptions& options);

class Workload {
 public:
  // Of a trace: more would run into the versions of its sets, which are of 32 bits.
  static constexpr std::uint64_t kTraceRequestsMax = 2'000'000'000;

  // INVALID_ARGUMENT, naming the option and what it accepts, for options out of range.
  static Result<Workload> Create(const WorkloadOptions& options);

  // The next request of the plan, or false (and `request` untouched) when the duration is over, or
  // a trace at its end.
  bool Next(PlannedRequest& request);

  // Why a trace ended before its end.
  const std::optional<Error>& error() const { return error_; }

  // Appends the further keys of a batch: independent draws of the same law, so that a popular key
  // may come twice. A function of the seed and request.index, so only who sends a batch draws them.
  void FurtherKeys(const PlannedRequest& request, std::vector<std::uint64_t>& keys) const;

  // Of ranks to keys, as at the beginning.
  const ZipfSampler& zipf() const { return zipf_; }
  const Permutation& scatter() const { return scatter_; }

 private:
  Workload(const WorkloadOptions& options, std::optional<Drift> drift);

  std::uint64_t KeyOf(std::uint64_t rank, Duration at) const;

  bool NextOfTrace(PlannedRequest& request);

  std::optional<TracePlan> trace_;
  std::optional<Error> error_;
  Duration duration_;
  Arrivals arrivals_;
  Rng keys_rng_;
  Rng operations_rng_;
  Rng scan_rng_;
  double scan_;
  std::uint64_t next_scanned_;
  std::uint64_t batch_seed_;
  OperationMix mix_;
  std::uint32_t batch_;
  ZipfSampler zipf_;
  Permutation scatter_;
  mutable std::optional<Drift> drift_;  // remembers the last shuffles
  std::uint64_t next_index_ = 0;
};

// One worker's requests of a plan.
class PlanSlice {
 public:
  // `plan` at its beginning; worker < workers.
  PlanSlice(Workload plan, std::uint64_t worker, std::uint64_t workers);

  // This worker's next request, or false at the end of the plan.
  bool Next(PlannedRequest& request);

  void FurtherKeys(const PlannedRequest& request, std::vector<std::uint64_t>& keys) const {
    plan_.FurtherKeys(request, keys);
  }
  std::uint64_t worker() const { return worker_; }
  const std::optional<Error>& error() const { return plan_.error(); }

  // Over everything walked so far, other workers' requests included. Once Next() has returned false
  // it is the hash of the whole plan, the same for every worker; before that it means nothing.
  const PlanHash& hash() const { return hash_; }

 private:
  Workload plan_;
  std::uint64_t worker_;
  std::uint64_t workers_;
  PlanHash hash_;
};

// Walks `plan` to its end, at some 100 ns a request. The hash to print even if a run ends early.
PlanHash HashPlan(Workload plan);

// Appends the key of a request: a trace's own, or that of its index.
void AppendKey(const PlannedRequest& request, const KeySizes& sizes, std::string& text);

}  // namespace ringlab
