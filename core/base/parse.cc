#include "core/base/parse.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace ringlab {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kDurationUnits{Unit{"ns", 1},  Unit{"us", 1e3}, Unit{"ms", 1e6},
                                    Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};

constexpr double kKibi = 1024;
constexpr std::array kByteUnits{Unit{"", 1},
                                Unit{"B", 1},
                                Unit{"k", 1e3},
                                Unit{"K", 1e3},
                                Unit{"kB", 1e3},
                                Unit{"KB", 1e3},
                                Unit{"M", 1e6},
                                Unit{"MB", 1e6},
                                Unit{"G", 1e9},
                                Unit{"GB", 1e9},
                                Unit{"KiB", kKibi},
                                Unit{"MiB", kKibi* kKibi},
                                Unit{"GiB", kKibi* kKibi* kKibi}};

tl::unexpected<Error> Refuse(std::string_view text, std::string_view accepted) {
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) + "\": expected " + std::string(accepted));
}

// The number that `text` starts with, and what follows it. False when there is none.
bool LeadingNumber(std::string_view text, double& number, std::string_view& rest) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc() && std::isfinite(number);
}

// `number` times the factor of the unit named `name`; negative when there is no such unit, or when
// the product is negative or no longer an exact 64-bit count.
template <class Units>
double Scale(const Units& units, double number, std::string_view name) {
  constexpr double kCountMax = 9.2e18;
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    const double scaled = number * unit.factor;
    return scaled <= kCountMax ? scaled : -1;
  }
  return -1;
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  if (text == "0") return Duration::zero();
  double number = 0;
  std::string_view unit;
  const bool parsed = LeadingNumber(text, number, unit);
  const double ns = parsed ? Scale(kDurationUnits, number, unit) : -1;
  if (ns < 0) return Refuse(text, "a duration such as 250us, 5ms, 1.5s or 2m");
  return Duration(std::llround(ns));
}

Result<std::uint64_t> ParseBytes(std::string_view text) {
  double number = 0;
  std::string_view unit;
  const bool parsed = LeadingNumber(text, number, unit);
  const double bytes = parsed ? Scale(kByteUnits, number, unit) : -1;
  if (bytes < 0) return Refuse(text, "a size such as 100, 64KiB, 10MB or 1.5GiB");
  return static_cast<std::uint64_t>(std::llround(bytes));
}

Result<double> ParseNumber(std::string_view text) {
  double number = 0;
  std::string_view rest;
  if (!LeadingNumber(text, number, rest) || !rest.empty()) return Refuse(text, "a number");
  return number;
}

Result<double> ParseFraction(std::string_view text) {
  double number = 0;
  std::string_view rest;
  const bool parsed = LeadingNumber(text, number, rest);
  const double fraction = rest == "%" ? number / 100 : number;
  if (!parsed || (rest != "" && rest != "%") || fraction < 0 || fraction > 1) {
    return Refuse(text, "a fraction from 0 to 1, or a percentage such as 5%");
  }
  return fraction;
}

Result<std::uint64_t> ParseCount(std::string_view text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end) return Refuse(text, "a whole number from 0 up");
  return count;
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    if (text.empty()) parts.emplace_back();
  }
  return parts;
}

std::pair<std::string_view, std::string_view> SplitOnce(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string FormatDuration(Duration d) {
  const auto ns = static_cast<double>(d.count());
  // Half a last digit below each power of ten, because what is printed there is the power of ten.
  const Unit unit = ns < 1e3       ? Unit{"ns", 1}
                    : ns < 999.5e3 ? Unit{"us", 1e3}
                    : ns < 999.5e6 ? Unit{"ms", 1e6}
                                   : Unit{"s", 1e9};
  const double scaled = ns / unit.factor;
  const int decimals = unit.factor == 1 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f %.*s", decimals, scaled,
                                 static_cast<int>(unit.name.size()), unit.name.data());
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string FormatBytes(std::uint64_t bytes) {
  double scaled = static_cast<double>(bytes);
  std::string_view unit = "B";
  for (const std::string_view larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (scaled < (unit == "B" ? kKibi : kKibi - 0.5)) break;  // 1023.5 would print as 1024
    scaled /= kKibi;
    unit = larger;
  }
  const int decimals = unit == "B" || scaled >= 99.95 || scaled == std::floor(scaled) ? 0 : 1;
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f %.*s", decimals, scaled,
                                 static_cast<int>(unit.size()), unit.data());
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace ringlab
