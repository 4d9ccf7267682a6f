// The values that flags of several tools take, as parsers for AddFlag: each refuses with the value
// and with what would be accepted.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/base/parse.h"
#include "core/base/result.h"
#include "core/cache/cache.h"

namespace ringlab {

inline tl::unexpected<Error> RefuseValue(const std::string& text, const std::string& accepted) {
  return Fail(Code::kInvalidArgument, "\"" + text + "\": expected " + accepted);
}

inline Result<std::string> AnyText(const std::string& text) { return text; }

inline Result<std::uint64_t> AnyCount(const std::string& text) { return ParseCount(text); }

// An address to listen on.
inline Result<std::string> ParseListenAddress(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto port = ParseCount(colon == std::string::npos ? "" : text.substr(colon + 1));
  if (colon == 0 || !port || *port > 65'535) {
    return RefuseValue(text, "HOST:PORT, port 0 for any free one");
  }
  return text;
}

// A whole number from `low` to `high`.
inline auto CountBetween(std::uint64_t low, std::uint64_t high) {
  return [low, high](const std::string& text) -> Result<std::uint64_t> {
    const auto count = ParseCount(text);
    if (count && *count >= low && *count <= high) return *count;
    return RefuseValue(
        text, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  };
}

// Likewise of bytes, with a unit or without: "100", "64KiB".
inline auto BytesBetween(std::uint64_t low, std::uint64_t high) {
  return [low, high](const std::string& text) -> Result<std::uint64_t> {
    const auto bytes = ParseBytes(text);
    if (bytes && *bytes >= low && *bytes <= high) return *bytes;
    return RefuseValue(text, "bytes from " + std::to_string(low) + " to " + std::to_string(high) +
                                 ", such as 100 or 64KiB");
  };
}

inline constexpr double kZipfExponentMax = 20;
inline constexpr std::uint64_t kKeysMax = std::uint64_t{1} << 40;

inline Result<double> ParseZipfExponent(const std::string& text) {
  const auto s = ParseNumber(text);
  if (s && *s >= 0 && *s <= kZipfExponentMax) return *s;
  return RefuseValue(text, "an exponent from 0 (uniform) to 20, such as 0.99");
}

inline constexpr Duration kSpanMax = std::chrono::hours(1000);

// A time span, zero allowed.
inline Result<Duration> ParseSpan(const std::string& text) {
  const auto duration = ParseDuration(text);
  if (duration && *duration <= kSpanMax) return *duration;
  return RefuseValue(text, "a duration up to 1000h, such as 5s");
}

inline Result<Duration> ParsePositiveSpan(const std::string& text) {
  const auto duration = ParseSpan(text);
  if (duration && *duration > Duration::zero()) return *duration;
  return RefuseValue(text, "a duration above 0 and up to 1000h, such as 30s");
}

// The budget of a group's cache.
inline Result<std::uint64_t> ParseBudget(const std::string& text) {
  auto bytes = ParseBytes(text);
  if (bytes && *bytes < Cache::kBudgetBytesMin) {
    return RefuseValue(text, "a size of " + FormatBytes(Cache::kBudgetBytesMin) + " or more");
  }
  return bytes;
}

}  // namespace ringlab
