#include "loadgen/plan/shard.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "core/base/check.h"
#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::int64_t kMomentMax_s = 9'000'000'000;  // in 2255: nanoseconds since 1970 fit

// ".25" is 250,000,000; up to nine digits behind the point. "" is 0.
std::optional<std::int64_t> ParseNanos(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != '.' || text.size() < 2 || text.size() > 10) return std::nullopt;
  std::int64_t nanos = 0;
  std::int64_t place = kBillion / 10;
  for (const char digit : text.substr(1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    nanos += (digit - '0') * place;
    place /= 10;
  }
  return nanos;
}

// The number of exactly so many digits at the front of `text`, which is taken off with the
// separator behind it.
std::optional<int> TakeField(std::string_view& text, std::size_t digits, char separator) {
  if (text.size() < digits) return std::nullopt;
  const auto number = ParseCount(text.substr(0, digits));
  if (!number) return std::nullopt;
  text.remove_prefix(digits);
  if (separator != '\0') {
    if (text.empty() || text.front() != separator) return std::nullopt;
    text.remove_prefix(1);
  }
  return static_cast<int>(*number);
}

std::optional<std::int64_t> ParseDate(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  const auto year = TakeField(text, 4, '-');
  const auto month = year ? TakeField(text, 2, '-') : std::nullopt;
  const auto day = month ? TakeField(text, 2, 'T') : std::nullopt;
  const auto hour = day ? TakeField(text, 2, ':') : std::nullopt;
  const auto minute = hour ? TakeField(text, 2, ':') : std::nullopt;
  const auto second = minute ? TakeField(text, 2, '\0') : std::nullopt;
  if (!second || *year < 1970 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  const auto nanos = ParseNanos(text);
  if (!date.ok() || !nanos) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
  if (seconds > kMomentMax_s) return std::nullopt;
  return seconds * kBillion + *nanos;
}

std::optional<std::int64_t> ParseEpoch(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto seconds = ParseCount(text.substr(0, point));
  const auto nanos = ParseNanos(text.substr(point));
  if (!seconds || !nanos || *seconds > static_cast<std::uint64_t>(kMomentMax_s)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*seconds) * kBillion + *nanos;
}

}  // namespace

std::string Shard::ToString() const { return std::to_string(index) + "/" + std::to_string(of); }

Result<Shard> ParseShard(std::string_view text) {
  const auto [first, second] = SplitOnce(text, '/');
  const auto index = ParseCount(first);
  const auto of = ParseCount(second);
  if (!index || !of || *of == 0 || *of > kShardsMax || *index >= *of) {
    return Fail(Code::kInvalidArgument, "\"" + std::string(text) +
                                            "\": expected I/N with I from 0 to N - 1 and N up to " +
                                            std::to_string(kShardsMax) + ", such as 0/4");
  }
  return Shard{.index = *index, .of = *of};
}

PlanSlice SliceOf(Workload plan, const Shard& shard, std::uint64_t worker, std::uint64_t workers) {
  RL_CHECK(shard.index < shard.of && worker < workers);
  return {std::move(plan), shard.index + shard.of * worker, shard.of * workers};
}

Result<Duration> ParseMoment(std::string_view text) {
  const auto nanos = text.find('T') == std::string_view::npos ? ParseEpoch(text) : ParseDate(text);
  if (nanos) return Duration(*nanos);
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) +
                  "\": expected a time in UTC such as 2026-12-01T09:30:00Z, or seconds since 1970, "
                  "as `date +%s` prints them");
}

std::string MomentText(Duration since_1970) {
  using namespace std::chrono;
  const sys_time<nanoseconds> at(since_1970);
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  std::string whole = text;
  if (const auto nanos = time.subseconds().count(); nanos != 0) {
    std::string digits = std::to_string(kBillion + nanos).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    whole += "." + digits;
  }
  return whole + "Z";
}

}  // namespace ringlab
