// Hit ratios over memory for people and for programs. The same promises as sim/report/report.h.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/mrc/curves.h"

namespace ringlab {

// The schema of results/README.md: an object with "mrc" and "curves".
nlohmann::ordered_json ToJson(const CurveResult& result);

std::string CurvesText(const CurveResult& result);

}  // namespace ringlab
