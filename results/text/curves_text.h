// Hit ratios over memory as people read them on a terminal: the answer in words, and tables.
#pragma once

#include <string>

#include "results/text/json_view.h"
#include "results/text/text_page.h"

namespace ringlab {

// "95 % of the requests are hits with 13.1 MiB in all, 1.6 MiB a node, with s3fifo, which needs
// least; lru needs 15.1 MiB". `target` as memory_for has it, such as "0.95"; "" without curves.
std::string MemoryAnswer(const JsonView& result, const std::string& target);

// All of it: what was asked, the curves of the cluster, memory for 90, 95 and 99 % of the cluster
// and of each node. Nothing where a result has no curves.
void PrintCurves(const JsonView& result, Page& page);

}  // namespace ringlab
