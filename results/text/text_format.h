// Figures as people read them, the same in every report.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "core/base/parse.h"

namespace ringlab {

template <class... Args>
std::string Format(const char* format, Args... args) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  return text.data();
}

// "300,123"
inline std::string Count(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

// The same in a table's cell.
inline std::string ShortCount(std::uint64_t n) {
  const auto millions = static_cast<double>(n) * 1e-6;
  if (n < 10'000'000) return Count(n);
  return millions < 1e5 ? Format("%.1f M", millions) : Format("%.2e", millions * 1e6);
}

inline std::string Rate(double rate) {
  return rate < 100 || rate >= 1e18 ? Format("%.4g", rate)
                                    : Count(static_cast<std::uint64_t>(rate + 0.5));
}

inline std::string Percent(double fraction) { return Format("%.2f %%", 100 * fraction); }

inline std::string Time(double ns) {
  return FormatDuration(Duration(static_cast<std::int64_t>(ns)));
}

// Histograms end at 60 s: of what is beyond nothing more is known.
inline constexpr double kTimeBeyondNs = 60e9;

// A time out of a histogram, as "314 us" or ">= 60 s".
inline std::string TimeOrBeyond(double ns) { return ns >= kTimeBeyondNs ? ">= 60 s" : Time(ns); }

// What a threshold measured: that time, or at least that.
inline std::string MeasuredTime(double ns, bool at_least) {
  if (!at_least) return Time(ns);
  return ns >= kTimeBeyondNs ? TimeOrBeyond(ns) : ">= " + Time(ns);
}

// What the latencies of a run's answers have not, for people: "; 12 more failed", or "".
inline std::string LeftOut(std::uint64_t failed, std::uint64_t beyond) {
  return (failed == 0 ? "" : "; " + Count(failed) + " more failed and are not in it") +
         (beyond == 0 ? "" : "; " + Count(beyond) + " took longer than 60 s and count as 60 s");
}

// The same as a note of its own.
inline std::string NoteOn(const std::string& left_out) {
  return left_out.empty() ? "" : "Of the answered requests" + left_out;
}

// "1 node", "8 nodes"
inline std::string Plural(std::uint64_t n, const std::string& noun) {
  return Count(n) + ' ' + noun + (n == 1 ? "" : "s");
}

}  // namespace ringlab
