// The part of loadgen's text that is about several runs of one command. Pure.
#pragma once

#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_page.h"

namespace ringlab {

// A row for each run of `run["repeats"]`, and between which figures the mean of all such runs lies;
// nothing for a single run. `run` is a whole result of loadgen.
void PrintRepeats(const JsonView& run, const Percentiles& percentiles, Page& page);

}  // namespace ringlab
