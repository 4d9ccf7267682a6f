// Whether there is room for the files of more nodes.
#pragma once

#include <cstdint>

#include "core/base/result.h"
#include "node/live/file_limit.h"

namespace ringlab {

// Room for `nodes` more nodes and the connections to them, counted ahead. Raises the soft limit if
// it must and may. kResourceExhausted, saying how many nodes fit and how to raise the limit, when
// even the hard limit is too low; nothing was changed then.
Result<void> ReserveFiles(std::uint64_t nodes);

}  // namespace ringlab
