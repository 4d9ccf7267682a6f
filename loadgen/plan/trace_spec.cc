#include "loadgen/plan/trace_spec.h"

#include "core/base/parse.h"

namespace ringlab {

namespace {

tl::unexpected<Error> RefuseSpec(const std::string& text, const std::string& accepted) {
  return Fail(Code::kInvalidArgument, "\"" + text + "\": expected " + accepted);
}

}  // namespace

Result<TraceSpec> ParseTraceSpec(const std::string& text) {
  const auto parts = SplitAt(text, ',');
  TraceSpec spec;
  spec.trace.file = parts.empty() ? "" : parts.front();
  if (spec.trace.file.empty()) return RefuseSpec(text, "FILE[,format=F][,speed=X]");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto [name, value] = SplitOnce(parts[i], '=');
    if (name == "format") {
      spec.trace.format = ParseTraceFormat(value);
      if (!spec.trace.format) return RefuseSpec(text, std::string("format=") + kTraceFormatNames);
    } else if (name == "speed") {
      const auto speed = ParseNumber(value);
      if (!speed || *speed < TracePlan::kSpeedMin || *speed > TracePlan::kSpeedMax) {
        return RefuseSpec(text, "speed= from 0.001 to 1000000, such as speed=10");
      }
      spec.trace.speed = *speed;
      spec.has_speed = true;
    } else {
      return RefuseSpec(text, "FILE[,format=F][,speed=X], a file without a comma in its name");
    }
  }
  return spec;
}

}  // namespace ringlab
