#include "loadgen/search/range.h"

#include <string>

#include "loadgen/plan/rate.h"

namespace ringlab {

Result<RateRange> ParseRateRange(std::string_view text) {
  const auto refuse = [&](const std::string& expected) {
    return Fail(Code::kInvalidArgument,
                "\"" + std::string(text) + "\": expected " + expected + ", such as 1k..200k");
  };
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return refuse("LOW..HIGH in requests a second");
  const auto low = ParseRate(text.substr(0, dots));
  const auto high = ParseRate(text.substr(dots + 2));
  if (!low || !high) return refuse("two rates above 0 and up to 1e9 requests a second");
  if (*low >= *high) return refuse("the lower rate first, and a higher one after it");
  return RateRange{.low = *low, .high = *high};
}

}  // namespace ringlab
