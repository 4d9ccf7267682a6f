// The interval log ".hlog" of HdrHistogram, format 1.3: a histogram a line, each of one interval
// and, with a tag, of one kind of value.
//
// Written as org.HdrHistogram.HistogramLogWriter does: times in seconds, the length (not the end)
// of an interval, its maximum in the unit that is given (1e6: ms of ns). Text in, text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "results/hdr/histogram.h"

namespace ringlab {

struct HlogInterval {
  std::string tag;     // "" for none; without a comma, white space or control codes
  double start_s = 0;  // since the log's start
  double length_s = 0;
  HdrHistogram histogram;
};

struct Hlog {
  double start_s = 0;  // since 1970; 0 when the log does not say
  std::vector<HlogInterval> intervals;
};

inline constexpr double kHlogMaxUnit = 1e6;

// What stands before the first interval. `comment` is one line for people, such as the tool's name.
std::string HlogHeader(double start_s, std::string_view comment);
std::string HlogLine(const HlogInterval& interval);

inline constexpr std::size_t kHlogIntervalsMax = 1'000'000;

// Reads what any implementation wrote, in versions 1.0 to 1.3: absolute times become relative to
// the start where it is told. INVALID_ARGUMENT names the line and what is wrong with it.
Result<Hlog> ReadHlog(std::string_view text);

}  // namespace ringlab
