// PhaseParts: the figures of each part of a phase, as its requests begin and end. A request belongs
// to the part in which it was planned to start. Not thread-safe: PhaseTally guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/time.h"
#include "loadgen/measure/measurements.h"
#include "loadgen/plan/phase.h"

namespace ringlab {

class PhaseParts {
 public:
  explicit PhaseParts(const Phase& phase);

  void Begin(const SentRequest& request, bool sent);
  // `ended` says how; response and service times as in Latencies.
  void End(const SentRequest& request, std::uint64_t Totals::* ended, Duration response,
           Duration service);
  // All that are open ended so, after they have waited.
  void GiveUp(std::uint64_t Totals::* ended, Duration waited);

  const std::vector<PartMeasurements>& measured() const { return parts_; }

 private:
  PartMeasurements& PartOf(const SentRequest& request);

  TimePoint start_;
  std::shared_ptr<const std::vector<Duration>> ends_;  // null: there are none
  std::vector<PartMeasurements> parts_;
};

}  // namespace ringlab
