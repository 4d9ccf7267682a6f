// The report of a comparison: a table worst first, then what to do; as text, markdown and JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "results/gate/comparison.h"

namespace ringlab {

// Rows that are OK are counted, and listed only when asked for.
std::string ToText(const Comparison& comparison, bool every_row = false);
std::string ToMarkdown(const Comparison& comparison);

// schema_version 1, tool "gate": results/README.md.
nlohmann::ordered_json ToJson(const Comparison& comparison);

// The last word: "FAIL (2)", "OK (180)".
std::string Headline(const Comparison& comparison);

}  // namespace ringlab
