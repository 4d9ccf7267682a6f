// What a loopback run measured, for people and for programs. The same promises as
// sim/report/report.h.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/loopback/run.h"

namespace ringlab {

// `ring` is the dialect that the nodes ran.
std::string ToText(const std::string& ring, const LoopbackResult& result);

nlohmann::ordered_json ToJson(const std::string& ring, const LoopbackResult& result);

}  // namespace ringlab
