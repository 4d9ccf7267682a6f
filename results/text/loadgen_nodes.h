// The part of loadgen's text that is about its nodes.
#pragma once

#include <cstddef>

#include "results/text/json_view.h"
#include "results/text/text_page.h"

namespace ringlab {

// So many nodes are shown at most; of more only the busiest and the least busy, `of_many` of each.
struct NodeRows {
  std::size_t most;
  std::size_t of_many;
  bool times;  // their response times too
};

// `run` is a whole result of loadgen.
void PrintNodes(const JsonView& run, const NodeRows& rows, Page& page);
// The requests that failed, by code and by the node that was asked, the most first.
void PrintFailures(const JsonView& run, Page& page);
void PrintCache(const JsonView& run, Page& page);

}  // namespace ringlab
