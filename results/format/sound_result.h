// A stored result that may be relied on: read, and checked against its schema.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/base/result.h"

namespace ringlab {

// ReadResult(), and kInvalidArgument with the first complaint about a result that does not keep to
// its schema or does not add up.
Result<nlohmann::ordered_json> ReadSoundResult(const std::string& file);

}  // namespace ringlab
