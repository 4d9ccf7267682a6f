// The report of each tool's results: which sections, in which order. Pure.
#pragma once

#include "results/html/fields.h"
#include "results/html/page.h"

namespace ringlab::html {

Report LoadgenReport(const Json& result, const Json* baseline);
Report SimReport(const Json& result);
Report BenchReport(const Json& result);

}  // namespace ringlab::html
