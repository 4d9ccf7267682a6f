// The report of each tool's results: which sections, in which order. Pure.
#pragma once

#include "results/html/page.h"
#include "results/text/json_fields.h"

namespace ringlab::html {

Report LoadgenReport(const Json& result, const Json* baseline);
Report SimReport(const Json& result);

// A comparison of the gate: tool "gate" of results/README.md.
Report GateReport(const Json& result);

// Series over commits: {"tool": "history", "series": [{"metric": "name", "points": [{"commit",
// "at", "value"}, …], "changes": [{"at": index of a point, "before", "after", "p"}, …]}, …]}.
Report HistoryReport(const Json& history);

}  // namespace ringlab::html
