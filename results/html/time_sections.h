// What happened over time: latency, rate, errors, who answered. From "series" of a loadgen result;
// empty sections without it. Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

Section LatencyOverTime(const Json& result);
Section RateOverTime(const Json& result);
Section HeatSection(const Json& result);
Section ErrorsSection(const Json& result);
Section CacheSection(const Json& result);  // totals, and levels over time

}  // namespace ringlab::html
