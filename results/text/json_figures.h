// Figures of a stored result as the cells of a table.
#pragma once

#include <string>

#include "results/text/json_view.h"
#include "results/text/text_format.h"

namespace ringlab {

// A time of a summary, or a dash where so few samples do not tell it.
inline std::string Figure(const JsonView& latency, const char* name) {
  return latency[name].is_there() ? FormatDuration(latency[name].nanoseconds()) : "-";
}

inline std::string PercentOr(const JsonView& share, const char* otherwise) {
  return share.is_there() ? Percent(share.number()) : otherwise;
}

}  // namespace ringlab
