// Percentiles: which ones the reports of a run show, and what they are called in its JSON.
//
// 95 is "p95" there and 99.9 is "p999": two digits before the point, so that a name has one meaning
// alone. Below 10 there are whole numbers only. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

struct Percentile {
  double value = 0;   // 99.9
  std::string key;    // "p999"
  std::string title;  // "p99.9"

  friend bool operator==(const Percentile&, const Percentile&) = default;
};
using Percentiles = std::vector<Percentile>;  // rising

inline constexpr std::size_t kPercentilesMax = 12;

// 50, 90, 99, 99.9 and 99.99.
Percentiles DefaultPercentiles();

// "50,95,99.9", in any order. kInvalidArgument names what is none, comes twice or is too much.
Result<Percentiles> ParsePercentiles(const std::string& text);

// Those that a stored result was asked for; the default ones of a result that does not say.
Percentiles PercentilesOf(const nlohmann::ordered_json& result);

// "p999" -> 99.9; none of a key that is no percentile.
std::optional<double> PercentileOfKey(std::string_view key);

}  // namespace ringlab
