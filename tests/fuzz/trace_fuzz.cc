// What comes as traceparent and tracestate, with a line break between the two.
#include <algorithm>

#include "core/base/check.h"
#include "core/base/trace.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = ringlab::AsText(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view state = text.substr(std::min(line + 1, text.size()));
  const ringlab::Trace trace = ringlab::ReadTrace(text.substr(0, line), state);
  if (!trace) return 0;
  RL_CHECK(trace->parent == text.substr(0, line));
  RL_CHECK(trace->trace_id().size() == 32);
  RL_CHECK(trace->state.empty() || trace->state == state);
  return 0;
}
