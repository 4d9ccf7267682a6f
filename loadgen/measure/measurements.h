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
#include "loadgen/measure/failure_counts.h"
#include "loadgen/measure/time_series.h"
#include "loadgen/plan/operation.h"
#include "loadgen/plan/rank_counts.h"

namespace ringlab {

struct Totals {
  std::uint64_t scheduled = 0;
  std::uint64_t sent = 0;
  std::uint64_t skipped = 0;  // not sent: too many in flight
  std::uint64_t ok = 0;
  std::uint64_t not_found = 0;
  std::uint64_t errors = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t wrong_values = 0;  // of keys.ok: not a value that the key was ever given

  void Add(const Totals& other);

  friend bool operator==(const Totals&, const Totals&) = default;
};

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

// From a run's own schedule, so a late sender is charged to the run and not left out (G. Tene calls
// that mistake coordinated omission). Response and service are of the requests that were answered,
// with a value or without one: a refusal within a microsecond is no fast answer.
struct Latencies {
  Histogram response;  // done - intended start
  Histogram service;   // done - sent
  Histogram send_lag;  // sent - intended start, of every request sent
  Histogram failed;    // done - intended start, of those that failed

  void Merge(const Latencies& other);
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
  TimeSeries series;                     // without intervals unless the phase asks for some
  RankCounts ranks;                      // of the requests sent, by their first key
  std::vector<Duration> sent_times;      // offsets from the start of the phase
  Duration last_sent{};                  // likewise
  Error first_error{};  // code and message of the first request or key that failed, for people

  bool has_error() const { return first_error.code != Code{}; }
  const OperationMeasurements& of(Operation operation) const {
    return operations[static_cast<std::size_t>(operation)];
  }
  OperationMeasurements& of(Operation operation) {
    return operations[static_cast<std::size_t>(operation)];
  }

  void Merge(const Measurements& other);
};

// Empty when every planned request is in one count, as once all are answered, else what does not
// add up.
std::string CheckTotals(const Totals& totals);

// Empty when the identities hold, as they do once a phase is over, else the first that does not.
std::string CheckIdentities(const Measurements& measured);

// Likewise of the series and the ranks; part of CheckIdentities().
std::string CheckSeries(const Measurements& measured);

}  // namespace ringlab
