// --source, as cachenode and loadgen take it.
#pragma once

#include <string>

#include "core/parse.h"
#include "core/synthetic_source.h"

namespace ringlab {

// "synthetic:SETTINGS".
inline Result<SyntheticSpec> ParseSourceText(const std::string& text) {
  const auto [kind, spec] = SplitOnce(text, ':');
  if (kind == "synthetic") return ParseSyntheticSpec(spec);
  return Fail(Code::kInvalidArgument, "\"" + text +
                                          "\": expected synthetic:SETTINGS, such as "
                                          "synthetic:size=100,latency=1ms,not-found=1%,error=0.1%");
}

// The text itself, when it names a source.
inline Result<std::string> CheckSourceText(const std::string& text) {
  return ParseSourceText(text).map([&](const SyntheticSpec&) { return text; });
}

}  // namespace ringlab
