// Figures of a stored result as the cells of a table.
#pragma once

#include <string>

#include "results/text/json_view.h"
#include "results/text/text_format.h"

namespace ringlab {

// A time of a summary, or a dash where so few samples do not tell it. A mean of values that the
// histogram had no room for is a bound.
inline std::string Figure(const JsonView& latency, const std::string& name) {
  const JsonView time = latency[name];
  if (!time.is_there()) return "-";
  const bool at_least = name == "mean" && latency["clamped"].count() > 0;
  return (at_least ? ">= " : "") + TimeOrBeyond(time.number());
}

inline std::string PercentOr(const JsonView& share, const char* otherwise) {
  return share.is_there() ? Percent(share.number()) : otherwise;
}

}  // namespace ringlab
