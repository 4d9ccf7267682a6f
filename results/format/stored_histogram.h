// A histogram out of a stored result, by the name that a person would type.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/base/result.h"
#include "results/hdr/histogram.h"
#include "results/text/json_view.h"

namespace ringlab {

// response, service, send_lag, failed, get, set, remove. INVALID_ARGUMENT when the result has none
// such.
Result<HdrHistogram> StoredHistogram(const nlohmann::ordered_json& result, const std::string& name);

// What the result says of that histogram; nothing when it has none such. The result must outlive
// it.
JsonView StoredSummary(const nlohmann::ordered_json& result, const std::string& name);

}  // namespace ringlab
