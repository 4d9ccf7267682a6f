// Whether a run was steady: where its warm-up really ended, and whether its hit ratio still rose.
//
// Pure; any thread may call.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "loadgen/judge/node_readings.h"
#include "loadgen/measure/time_series.h"
#include "results/statistics/queue_growth.h"

namespace ringlab {

// A rise of the hit ratio over the measured stretch that is worth telling.
inline constexpr double kHitRatioRise = 0.01;

struct HitRatioRise {
  double from = 0;  // ends of the straight line through the hit ratio second by second
  double to = 0;

  friend bool operator==(const HitRatioRise&, const HitRatioRise&) = default;
};

struct Steadiness {
  // From the start of the measured stretch, by the mean response time and by the hit ratio; the
  // later of the two counts. A hit ratio is absent where the nodes do not tell.
  Duration latency_from{};
  std::optional<Duration> hit_ratio_from = {};
  bool settled = true;  // false: what moved had not come to rest in the first half

  double response_before_ns = 0;  // mean of the seconds that are cut; 0 when none is
  double response_after_ns = 0;
  std::optional<HitRatioRise> rise = {};

  Duration from() const;
};

// What moved in the measured stretch of a run.
struct RunMovement {
  std::vector<QueueSecond> queue = {};
  std::optional<QueueGrowth> growth = {};     // of the queue: more was asked than could be taken
  std::optional<Steadiness> steadiness = {};  // filled in by Judge(); absent where none can tell
};

// Absent for a series of fewer than 20 intervals, or with one in which nothing was answered.
std::optional<Steadiness> MeasureSteadiness(const TimeSeries& series,
                                            const std::vector<NodeReading>& readings);

// What is worth a warning, a sentence each; `warmup` is the run's.
std::vector<std::string> WarningsOf(const Steadiness& steadiness, Duration warmup);

}  // namespace ringlab
