// What a run did second by second, and which keys it asked for, as results/README.md has it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/measure/time_series.h"
#include "loadgen/plan/popularity.h"

namespace ringlab {

// Columns of one entry an interval. A percentile is null where too few requests of its interval
// were answered.
nlohmann::ordered_json SeriesJson(const TimeSeries& series);

nlohmann::ordered_json PopularityJson(const KeyPopularity& popularity);

}  // namespace ringlab
