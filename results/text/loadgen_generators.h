// The generators of a merged loadgen result on its page of text. Pure.
#pragma once

#include <cstddef>

#include "results/text/json_view.h"
#include "results/text/text_page.h"

namespace ringlab {

// A row each, of more than `most` the first ones, and those that began last or lagged most are
// named. A shard's own result says which it is. Nothing of other results.
void PrintGenerators(const JsonView& run, std::size_t most, Page& page);

}  // namespace ringlab
