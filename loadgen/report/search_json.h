// What a search found and every probe of it, as results/README.md has it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loadgen/search/search.h"

namespace ringlab {

// Only valid UTF-8 and finite numbers, as in ToJson(). A search that is not over was interrupted.
nlohmann::ordered_json SearchJson(const RateSearch& search);

}  // namespace ringlab
