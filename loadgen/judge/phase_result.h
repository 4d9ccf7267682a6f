// A phase of a run's profile, and a bound on it or on the whole run. Plain data.
#pragma once

#include <optional>

#include "loadgen/measure/part_measurements.h"
#include "loadgen/plan/rate_profile.h"
#include "results/text/threshold.h"

namespace ringlab {

struct ThresholdResult {
  Threshold threshold;
  std::optional<double> measured = {};  // absent: the run cannot support the figure
  bool at_least = false;                // the figure is that or more: it lies beyond the histogram
  bool passed = false;
};

// A phase of the profile, as planned and as it was; times from the start of the measurement.
struct PhaseResult {
  ProfilePhase planned;
  PartMeasurements measured;

  Duration length() const { return planned.to - planned.from; }
};

}  // namespace ringlab
