// PartMeasurements: how many requests there were, what became of them, and how long they took.
// Every planned request ends in exactly one count (loadgen/measure/measurements.h). Not
// thread-safe. Mergeable.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/histogram.h"
#include "core/base/time.h"

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
  // Sent, and neither answered nor failed.
  std::uint64_t Open() const { return sent - ok - not_found - errors - timeouts; }

  friend bool operator==(const Totals&, const Totals&) = default;
};

// Of the counts that a request may end in.
constexpr bool IsFailure(std::uint64_t Totals::* ended) {
  return ended == &Totals::errors || ended == &Totals::timeouts;
}

// From a run's own schedule, so a late sender is charged to the run and not left out (G. Tene calls
// that mistake coordinated omission). Response and service are of the requests that were answered,
// with a value or without one: a refusal within a microsecond is no fast answer.
struct Latencies {
  Histogram response;  // done - intended start
  Histogram service;   // done - sent
  Histogram send_lag;  // sent - intended start, of every request sent
  Histogram failed;    // done - intended start, of those that failed

  // A request that ended; its send lag is what its service time lacks of its response time.
  void Record(bool has_failed, Duration response_time, Duration service_time);
  // So many that failed after they had waited. Nobody told when they were sent: at worst then.
  void GiveUp(std::uint64_t requests, Duration waited);
  void Merge(const Latencies& other);
};

// The requests that were planned to start in one part of the phase.
struct PartMeasurements {
  Totals totals;  // but for wrong values
  Latencies latencies;

  void Merge(const PartMeasurements& other);
};

// Empty when every planned request is in one count, as once all are answered, else what does not
// add up.
std::string CheckTotals(const Totals& totals);

}  // namespace ringlab
