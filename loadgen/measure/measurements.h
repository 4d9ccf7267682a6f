// Measurements: what one worker saw in one phase of a run.
//
// Every planned request ends in exactly one count, and so does every key of a get, of which a batch
// has many:
//   scheduled = sent + skipped,  sent = ok + not_found + errors + timeouts = gets + sets + removes
//   keys.asked = keys.ok + keys.not_found + keys.failed
//   keys.ok = the sum over the levels
//   errors + timeouts = the sum of the failures
//   answered = ok + not_found = the response times = the service times, errors + timeouts = the
//   latencies of failures; by operation, by owner and by the node that was asked alike
//   stale + reverted + untold <= staleness.reads,  own_stale <= stale
//   scheduled, sent … = the sums over the intervals of the series, if it has any; theirs alike
//   sent = the sum over the ranks
//   the totals = the sums over the parts, of a phase that has some
// A batch is ok when one key of it is, else not found when one is not found, else failed.
// Not thread-safe: its PhaseTally guards it. Mergeable over workers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/types.h"
#include "loadgen/measure/breakdown.h"
#include "loadgen/measure/failure_counts.h"
#include "loadgen/measure/part_measurements.h"
#include "loadgen/measure/time_series.h"
#include "loadgen/plan/operation.h"
#include "loadgen/plan/rank_counts.h"

namespace ringlab {

// The keys of the gets.
struct KeyTotals {
  std::uint64_t asked = 0;
  std::uint64_t ok = 0;
  std::uint64_t not_found = 0;
  std::uint64_t failed = 0;

  void Add(const KeyTotals& other);
};

// The requests of one operation. Failed: errors and timeouts. Service times are of the others.
struct OperationMeasurements {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  Histogram service;

  std::uint64_t Answered() const { return service.count(); }
};

// How the readings stand to the writes before them (loadgen/measure/version_ledger.h), by key.
struct Staleness {
  std::uint64_t reads = 0;      // answered gets that were judged; wrong values are not among them
  std::uint64_t stale = 0;      // older than a write that was over when they were sent
  std::uint64_t own_stale = 0;  // of these: a write of the same worker, which did not read its own
  std::uint64_t reverted = 0;   // the source's, after a set: expired or evicted
  std::uint64_t untold = 0;     // of a write beyond the ledger's memory
  Histogram age;                // of the stale ones: since the write that they should have seen

  void Merge(const Staleness& other);
};

// The requests of one node, as the owner of their keys or as the one that was asked.
struct OwnerMeasurements {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  Histogram response;  // of the others

  std::uint64_t Answered() const { return response.count(); }
  void Merge(const OwnerMeasurements& other);
};

struct Measurements {
  // Send times kept for the arrival fidelity: the first so many, of each worker.
  static constexpr std::size_t kSentTimesMax = 1'000'000;

  explicit Measurements(std::size_t nodes) : owners(nodes) {}

  Totals totals;
  FailureCounts failures;  // errors and timeouts
  KeyTotals keys;
  Latencies latencies;
  std::array<OperationMeasurements, kOperations> operations;
  std::array<Histogram, kLevels> levels;  // service times of the gets answered there, by key
  Staleness staleness;
  std::vector<OwnerMeasurements> owners;
  std::vector<OwnerMeasurements> asked;  // empty where the owner is asked: they are the same
  std::vector<PartMeasurements> parts;   // of a phase that has some
  TimeSeries series;                     // without intervals unless the phase asks for some
  Breakdown breakdown;                   // of a sample of the gets
  InFlight in_flight;
  RankCounts ranks;                  // of the requests sent, by their first key
  std::vector<Duration> sent_times;  // offsets from the start of the phase
  Duration last_sent{};              // likewise
  Error first_error{};  // code and message of the first request or key that failed, for people

  bool has_error() const { return first_error.code != Code{}; }
  const OperationMeasurements& of(Operation operation) const {
    return operations[static_cast<std::size_t>(operation)];
  }
  OperationMeasurements& of(Operation operation) {
    return operations[static_cast<std::size_t>(operation)];
  }

  void Merge(const Measurements& other);

  // Response and service times, from those of the owners and of the operations: an answered request
  // has one of each, so a tally does not record it a second time.
  void SumUp();
};

// Empty when the identities hold, as they do once a phase is over, else the first that does not.
std::string CheckIdentities(const Measurements& measured);

// Likewise of the series and the ranks; part of CheckIdentities().
std::string CheckSeries(const Measurements& measured);

}  // namespace ringlab
