#include "results/hdr/hlog.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <optional>

#include "core/base/parse.h"
#include "results/hdr/v2.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr std::string_view kVersion = "#[Histogram log format version ";
constexpr std::string_view kStartTime = "#[StartTime: ";
constexpr std::string_view kBaseTime = "#[BaseTime: ";
constexpr std::string_view kTag = "Tag=";
constexpr std::string_view kBlanks = " \t\r";
constexpr double kYear = 365 * 24 * 3600.0;

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string DateOf(double epoch_s) {
  const auto time = static_cast<std::time_t>(epoch_s);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S UTC %Y", &parts);
  return text.data();
}

// The number at the beginning of what follows `name`, as in "#[StartTime: 1.5 (seconds …".
std::optional<double> Header(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  const auto number = ParseNumber(line.substr(0, line.find_first_of(" ]")));
  return number ? *number : std::optional<double>();
}

Result<HlogInterval> ParseInterval(std::string_view line) {
  const auto refuse = [](const std::string& why) { return Fail(Code::kInvalidArgument, why); };
  std::string tag;
  if (line.starts_with(kTag)) {
    const auto [name, rest] = SplitOnce(line.substr(kTag.size()), ',');
    tag = name;
    line = rest;
  }
  const std::vector<std::string_view> fields = SplitAt(line, ',');
  if (fields.size() != 4) return refuse("expected [Tag=TAG,]START,LENGTH,MAX,HISTOGRAM");
  std::array<double, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = ParseNumber(Trim(fields[i]));
    if (!number) return refuse("\"" + std::string(fields[i].substr(0, 40)) + "\" is no number");
    numbers[i] = *number;
  }
  if (numbers[1] < 0) return refuse("an interval of less than no time");
  auto histogram = DecodeHdr(Trim(fields[3]));
  if (!histogram) return refuse(histogram.error().message);
  return HlogInterval{tag, numbers[0], numbers[1], *std::move(histogram)};
}

}  // namespace

std::string HlogHeader(double start_s, std::string_view comment) {
  return "#[" + std::string(comment) + "]\n" + std::string(kVersion) + "1.3]\n" +
         Format("#[StartTime: %.3f (seconds since epoch), %s]\n", start_s,
                DateOf(start_s).c_str()) +
         "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
         "\"Interval_Compressed_Histogram\"\n";
}

std::string HlogLine(const HlogInterval& interval) {
  return (interval.tag.empty() ? "" : std::string(kTag) + interval.tag + ",") +
         Format("%.3f,%.3f,%.3f,", interval.start_s, interval.length_s,
                static_cast<double>(interval.histogram.max()) / kHlogMaxUnit) +
         EncodeHdr(interval.histogram) + "\n";
}

Result<Hlog> ReadHlog(std::string_view text) {
  Hlog log;
  std::optional<double> base;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto refuse = [&](const std::string& why) {
      return Fail(Code::kInvalidArgument, "line " + std::to_string(number) + ": " + why);
    };
    if (const auto version = Header(line, kVersion); version && (*version < 1 || *version > 1.35)) {
      return refuse("a log of a version that is not 1.0 to 1.3");
    }
    if (const auto start = Header(line, kStartTime)) log.start_s = *start;
    if (const auto told = Header(line, kBaseTime)) base = told;
    if (line.empty() || line.front() == '#' || line.front() == '"') continue;
    if (log.intervals.size() == kHlogIntervalsMax) return refuse("too many intervals");
    auto interval = ParseInterval(line);
    if (!interval) return refuse(interval.error().message);
    // Without a base, times long before the start can only be relative to it.
    if (!base) base = interval->start_s < log.start_s - kYear ? log.start_s : 0;
    interval->start_s += *base - log.start_s;
    log.intervals.push_back(*std::move(interval));
  }
  return log;
}

}  // namespace ringlab
