// A trace as a flag names it: "FILE[,format=F][,speed=X]". Pure.
#pragma once

#include <string>

#include "core/base/result.h"
#include "loadgen/plan/trace_plan.h"

namespace ringlab {

inline constexpr const char* kTraceFormatNames = "csv, twitter, kvcache or oracle";

struct TraceSpec {
  TraceOptions trace;
  bool has_speed = false;  // it was said, 1 perhaps
};

// What follows the first comma are settings. kInvalidArgument, with the text and what is accepted.
Result<TraceSpec> ParseTraceSpec(const std::string& text);

}  // namespace ringlab
