#include "results/text/percentiles.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::size_t kDecimalsMax = 5;  // 99.99999 wants 46 million requests

// None of a number that no key stands for.
std::optional<Percentile> PercentileAt(double value) {
  if (!(value >= 1 && value < 100)) return std::nullopt;
  std::string digits = nlohmann::json(value).dump();  // as short as it reads back
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  const std::size_t point = digits.find('.');
  const bool whole = point == std::string::npos;
  if (!whole && (point < 2 || digits.size() - point - 1 > kDecimalsMax)) return std::nullopt;
  Percentile percentile{.value = value, .key = "p" + digits, .title = "p" + digits};
  if (!whole) percentile.key.erase(point + 1, 1);
  return percentile;
}

Percentiles AllAt(std::initializer_list<double> values) {
  Percentiles percentiles;
  for (const double value : values) percentiles.push_back(*PercentileAt(value));
  return percentiles;
}

}  // namespace

Percentiles DefaultPercentiles() { return AllAt({50, 90, 99, 99.9, 99.99}); }

Result<Percentiles> ParsePercentiles(const std::string& text) {
  const auto refuse = [&](const std::string& expected) {
    return Fail(Code::kInvalidArgument, "\"" + text + "\": expected " + expected);
  };
  Percentiles percentiles;
  for (const std::string_view part : SplitAt(text, ',')) {
    const auto number = ParseNumber(std::string(part));
    auto percentile = number ? PercentileAt(*number) : std::nullopt;
    if (!percentile) {
      return refuse(
          "percentiles such as 50,95,99.9: whole numbers from 1, or from 10 up to below "
          "100 with " +
          std::to_string(kDecimalsMax) + " decimals at most");
    }
    percentiles.push_back(*std::move(percentile));
  }
  std::ranges::sort(percentiles, {}, &Percentile::value);
  if (std::ranges::adjacent_find(percentiles) != percentiles.end()) {
    return refuse("each percentile once");
  }
  if (percentiles.empty() || percentiles.size() > kPercentilesMax) {
    return refuse("from 1 to " + std::to_string(kPercentilesMax) + " percentiles");
  }
  return percentiles;
}

Percentiles PercentilesOf(const nlohmann::ordered_json& result) {
  const nlohmann::ordered_json::json_pointer at("/config/percentiles");
  if (!result.is_object() || !result.contains(at) || !result[at].is_array()) {
    return DefaultPercentiles();
  }
  Percentiles percentiles;
  for (const auto& value : result[at]) {
    auto percentile = value.is_number() ? PercentileAt(value.get<double>()) : std::nullopt;
    const bool fits = percentiles.size() < kPercentilesMax;
    if (percentile && fits) percentiles.push_back(*std::move(percentile));
  }
  return percentiles;
}

std::optional<double> PercentileOfKey(std::string_view key) {
  const bool digits = key.size() > 1 && std::ranges::all_of(key.substr(1), [](char c) {
                        return c >= '0' && c <= '9';
                      });
  if (!digits || key.front() != 'p') return std::nullopt;
  std::string number(key.substr(1));
  if (number.size() > 2) number.insert(2, ".");
  const auto value = ParseNumber(number);
  const auto percentile = value ? PercentileAt(*value) : std::nullopt;
  if (!percentile || percentile->key != key) return std::nullopt;
  return percentile->value;
}

}  // namespace ringlab
