// Rates of requests as people type and read them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

// "10000", "10k", "2.5M": requests a second, from 1e-9 to 1e9. An error names the text and says
// what is accepted.
Result<double> ParseRate(std::string_view text);

// "10000/s", "2500.5/s": whole where it is whole.
std::string FormatRate(double qps);

}  // namespace ringlab
