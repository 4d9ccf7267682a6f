// What a run did second by second, and which keys it asked for, as results/README.md has it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/measure/time_series.h"
#include "loadgen/plan/popularity.h"

namespace ringlab {

// Columns of one entry an interval. A percentile is null where its interval has too few requests.
// With `cut`, without the intervals at the end in which nothing was planned to start (any more).
nlohmann::ordered_json SeriesJson(const TimeSeries& series, bool cut);

nlohmann::ordered_json PopularityJson(const KeyPopularity& popularity);

}  // namespace ringlab
