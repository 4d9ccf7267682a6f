// A search as people read it on a terminal: its answer, and a table of its probes.
#pragma once

#include <string>

#include "results/text/json_view.h"
#include "results/text/text_page.h"

namespace ringlab {

// What came of it, in one sentence: "9,062 requests/s is the highest rate at which p99<5ms holds".
std::string SearchAnswer(const JsonView& search);

// What limits it: how the edge looks, what held the nodes up, the way down; "" of what is not
// known.
std::string SearchEdge(const JsonView& search);
std::string SearchLimit(const JsonView& search);
std::string SearchWayDown(const JsonView& search);

// "p99<5ms 4.10 ms": what a probe measured of each bound, or why it cannot be told.
std::string ProbeFigures(const JsonView& probe);
std::string ProbeStanding(const JsonView& probe);  // "holds", "broken", "INVALID"

// All of it, with a line a probe. Nothing where there is no search.
void PrintSearch(const JsonView& search, Page& page);

}  // namespace ringlab
