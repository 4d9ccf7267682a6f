// Reading what people type: durations, sizes, numbers, lists. Every error names the text and says
// what would be accepted; the caller puts the flag's name in front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

// "250us", "5ms", "1.5s", "2m", "1h", "0"; not negative.
Result<Duration> ParseDuration(std::string_view text);

// "100", "64KiB", "1.5GB", "10k": bytes, with powers of 1000 (k, M, G, kB …) or 1024 (KiB …).
Result<std::uint64_t> ParseBytes(std::string_view text);

// A finite decimal number.
Result<double> ParseNumber(std::string_view text);

// A number from 0 to 1, or a percentage such as "5%".
Result<double> ParseFraction(std::string_view text);

// A decimal integer without sign.
Result<std::uint64_t> ParseCount(std::string_view text);

// The parts between separators; "" has none. Parts are not trimmed.
std::vector<std::string_view> SplitAt(std::string_view text, char separator);

// "a=b" -> {"a", "b"}; without the separator the second is empty.
std::pair<std::string_view, std::string_view> SplitOnce(std::string_view text, char separator);

// "1.5 ms", "12.0 us", "3.00 s": three significant digits, the unit that fits.
std::string FormatDuration(Duration d);

// "64 MiB", "1.5 GiB", "100 B".
std::string FormatBytes(std::uint64_t bytes);

}  // namespace ringlab
