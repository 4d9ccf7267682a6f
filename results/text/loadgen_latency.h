// The part of loadgen's text that is about latencies.
#pragma once

#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_page.h"

namespace ringlab {

// Which service times are shown, if there is more than one kind.
struct ServiceRows {
  bool operations;
  bool levels;
};

// Of a run's config: it asked for sets or removes.
bool HasWrites(const JsonView& config);

// `run` is a whole result of loadgen. More percentiles than a row has room for take more tables.
void PrintLatencies(const JsonView& run, const Percentiles& percentiles, Page& page);
// Service times by operation, where there is more than gets, and of the gets by who answered.
void PrintOperations(const JsonView& run, const ServiceRows& rows, const Percentiles& all,
                     Page& page);

}  // namespace ringlab
