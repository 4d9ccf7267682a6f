#include "loadgen/plan/rate.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/base/parse.h"
#include "loadgen/plan/arrivals.h"

namespace ringlab {

Result<double> ParseRate(std::string_view text) {
  std::string_view digits = text;
  double unit = 1;
  if (digits.ends_with('k')) unit = 1e3;
  if (digits.ends_with('M')) unit = 1e6;
  if (unit > 1) digits.remove_suffix(1);
  const auto number = ParseNumber(digits);
  if (number && Arrivals::IsRate(*number * unit)) return *number * unit;
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) +
                  "\": expected requests a second, above 0 and up to 1e9, such as 10000 or 10k");
}

std::string FormatRate(double qps) {
  std::array<char, 32> text{};
  const double shown = qps >= 100 ? std::round(qps) : std::round(qps * 100) / 100;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), shown, std::chars_format::fixed).ptr;
  return std::string(text.data(), end) + "/s";
}

}  // namespace ringlab
