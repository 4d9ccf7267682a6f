// The rates that a search may ask for, as people type them.
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace ringlab {

struct RateRange {
  double low = 1e3;  // requests a second
  double high = 1e6;

  friend bool operator==(const RateRange&, const RateRange&) = default;
};

// "1k..200k", "500..20000", "0.5M..2M": LOW below HIGH. An error names the text and says what is
// accepted.
Result<RateRange> ParseRateRange(std::string_view text);

}  // namespace ringlab
