// Measurements: what one worker saw in one phase of a run.
//
// Every planned request ends in exactly one count:
//   scheduled = sent + skipped,  sent = ok + not_found + errors + timeouts
// Not thread-safe: its driver guards it. Mergeable over workers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "loadgen/histogram.h"

namespace ringlab {

struct Totals {
  std::uint64_t scheduled = 0;
  std::uint64_t sent = 0;
  std::uint64_t skipped = 0;  // not sent: too many in flight
  std::uint64_t ok = 0;
  std::uint64_t not_found = 0;
  std::uint64_t errors = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t wrong_values = 0;  // of ok: bytes that are not the key's value

  void Add(const Totals& other);
};

// Empty when the identities hold, else the first that does not.
std::string CheckIdentities(const Totals& totals);

// The three times of every request sent, also of those that failed. From a run's own schedule, so
// a late sender is charged to the run and not left out (G. Tene calls that mistake coordinated
// omission). Each holds Totals::sent values once a phase is over.
struct Latencies {
  Histogram response;  // done - intended start
  Histogram service;   // done - sent
  Histogram send_lag;  // sent - intended start

  void Merge(const Latencies& other);
};

// The keys that one node owns.
struct OwnerMeasurements {
  std::uint64_t requests = 0;
  Histogram response;
};

struct Measurements {
  // Send times kept for the arrival fidelity: the first so many, of each worker.
  static constexpr std::size_t kSentTimesMax = 1'000'000;

  explicit Measurements(std::size_t nodes) : owners(nodes) {}

  Totals totals;
  Latencies latencies;
  std::vector<OwnerMeasurements> owners;
  std::vector<Duration> sent_times;  // offsets from the start of the phase
  Duration last_sent{};              // likewise
  Error first_error{};  // code and message of the first request that failed, for people

  void Merge(const Measurements& other);
};

}  // namespace ringlab
