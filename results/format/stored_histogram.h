// A histogram out of a stored result, by the name that a person would type.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/base/result.h"
#include "results/hdr/histogram.h"

namespace ringlab {

// response, service, send_lag, get, set, remove. INVALID_ARGUMENT when the result has none such.
Result<HdrHistogram> StoredHistogram(const nlohmann::ordered_json& result, const std::string& name);

}  // namespace ringlab
