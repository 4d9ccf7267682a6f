// What people type of a profile.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/base/parse.h"
#include "core/base/random.h"
#include "loadgen/plan/arrivals.h"
#include "loadgen/plan/rate.h"
#include "loadgen/plan/rate_profile.h"

namespace ringlab {

namespace {

constexpr std::string_view kProfileAccepted =
    "ramp:1k..20k@60s, step:1k..20k/1k@10s (then ,mirror or ,shuffled), sine:10k+-5k/30s, "
    "spike:5k,50k@10s+2s or points:0s=1k,10s=5k";
constexpr double kRampParts = 10;

// "a..b" -> a, b.
std::pair<std::string_view, std::string_view> SplitAround(std::string_view text,
                                                          std::string_view between) {
  const auto at = text.find(between);
  if (at == std::string_view::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + between.size())};
}

std::string Where(std::string_view text) {
  return text.empty() ? " (it is missing)" : " where \"" + std::string(text) + "\" stands";
}

std::string Stretch(double from, double to) {
  return from == to ? FormatRate(from) : FormatRate(from) + " to " + FormatRate(to);
}

}  // namespace

class RateProfile::Parser {
 public:
  Parser(std::string_view text, std::uint64_t seed, double duration_s)
      : text_(text), seed_(seed), duration_s_(duration_s) {}

  Result<RateProfile> Parse() {
    profile_.text_ = text_;
    const auto [kind, rest] = SplitOnce(text_, ':');
    const bool read = kind == "ramp"     ? Ramp(rest)
                      : kind == "step"   ? Steps(rest)
                      : kind == "sine"   ? Sine(rest)
                      : kind == "spike"  ? Spike(rest)
                      : kind == "points" ? Points(rest)
                                         : false;
    if (!read) return Refuse(complaint_.empty() ? std::string(kProfileAccepted) : complaint_);
    Fit();
    const Piece& last = profile_.pieces_.back();
    if (last.count + last.CountAt(last.seconds) <= 0) {
      return Refuse("a rate above 0 at some time before its end");
    }
    if (profile_.phases().size() > kPhasesMax) {
      return Refuse("at most " + std::to_string(kPhasesMax) + " phases, not " +
                    std::to_string(profile_.phases().size()) +
                    ": fewer or longer steps, a longer period, fewer points");
    }
    return std::move(profile_);
  }

 private:
  tl::unexpected<Error> Refuse(const std::string& accepted) const {
    return Fail(Code::kInvalidArgument, "\"" + std::string(text_) + "\": expected " + accepted);
  }

  // False, for what cannot be read because of `why`. The first complaint is the one that is told.
  bool Complain(std::string_view why) {
    if (complaint_.empty()) complaint_ = why;
    return false;
  }

  std::optional<double> ToRate(std::string_view text) {
    if (text == "0") return 0;
    if (const auto rate = ParseRate(text)) return *rate;
    Complain("a rate such as 5k" + Where(text));
    return std::nullopt;
  }

  // A positive time, or 0 where that is `allowed`.
  std::optional<double> ToSeconds(std::string_view text, bool allows_zero = false) {
    const auto time = ParseDuration(text);
    if (time && (allows_zero || *time > Duration::zero())) return Seconds(*time);
    Complain("a time such as 10s" + Where(text));
    return std::nullopt;
  }

  void Line(double seconds, double from_qps, double to_qps, std::string what) {
    profile_.Append(
        {.seconds = seconds, .from_qps = from_qps, .to_qps = to_qps, .what = std::move(what)});
  }

  // "1k..20k@60s"
  bool Ramp(std::string_view rest) {
    const auto [rates, time] = SplitOnce(rest, '@');
    const auto [low, high] = SplitAround(rates, "..");
    const auto from = ToRate(low);
    const auto to = ToRate(high);
    const auto seconds = ToSeconds(time);
    if (!from || !to || !seconds) return false;
    for (double part = 0; part < kRampParts; ++part) {
      const double begin = *from + (*to - *from) * part / kRampParts;
      const double end = *from + (*to - *from) * (part + 1) / kRampParts;
      Line(*seconds / kRampParts, begin, end, Stretch(begin, end));
    }
    return true;
  }

  // "1k..20k/1k@10s,mirror,shuffled"
  bool Steps(std::string_view rest) {
    const auto parts = SplitAt(rest, ',');
    const auto [rates, time] = SplitOnce(parts.empty() ? "" : parts.front(), '@');
    const auto [range, by_text] = SplitOnce(rates, '/');
    const auto [low, high] = SplitAround(range, "..");
    const auto from = ToRate(low);
    const auto to = ToRate(high);
    const auto by = ToRate(by_text);
    const auto seconds = ToSeconds(time);
    if (!from || !to || !by || !seconds) return false;
    if (*by <= 0) return Complain("a step above 0");
    const double count = std::floor(std::abs(*to - *from) / *by * (1 + 1e-12)) + 1;
    if (count > static_cast<double>(kPhasesMax)) {
      return Complain("at most 100 steps: a larger step");
    }
    std::vector<double> steps;
    for (double i = 0; i < count; ++i) steps.push_back(*from + (*to < *from ? -i : i) * *by);
    for (const std::string_view part : std::vector(parts.begin() + 1, parts.end())) {
      if (part == "mirror") {
        for (std::size_t i = steps.size() - 1; i-- > 0;) steps.push_back(steps[i]);
      } else if (part == "shuffled") {
        Rng rng = Rng(seed_).Split("profile");
        for (std::size_t i = steps.size(); i > 1; --i) std::swap(steps[i - 1], steps[rng.Below(i)]);
      } else {
        return Complain("mirror or shuffled behind the steps' time");
      }
    }
    for (const double step : steps) Line(*seconds, step, step, FormatRate(step));
    return true;
  }

  // "10k+-5k/30s"
  bool Sine(std::string_view rest) {
    const auto [rates, time] = SplitOnce(rest, '/');
    const auto [mean_text, swing_text] = SplitAround(rates, "+-");
    const auto mean = ToRate(mean_text);
    const auto swing = ToRate(swing_text);
    const auto period = ToSeconds(time);
    if (!mean || !swing || !period) return false;
    if (*swing <= 0) return Complain("a swing above 0 behind +-");
    if (*swing > *mean)
      return Complain("a rate that never falls below 0: no more +- than its mean");
    const double length = duration_s_ > 0 ? duration_s_ : *period;
    const double halves = std::ceil(length / (*period / 2));
    if (halves > static_cast<double>(kPhasesMax)) {
      return Complain("at most 50 periods: a longer one, or a shorter --duration");
    }
    for (double half = 0; half < halves; ++half) {
      const bool above = std::fmod(half, 2) == 0;
      profile_.Append(
          {.seconds = *period / 2,
           .from_qps = *mean,
           .to_qps = *mean,
           .amplitude = above ? *swing : -*swing,
           .half_period_s = *period / 2,
           .what = above ? "above " + FormatRate(*mean) : "below " + FormatRate(*mean)});
    }
    return true;
  }

  // "5k,50k@10s+2s"
  bool Spike(std::string_view rest) {
    const auto [base_text, spike] = SplitOnce(rest, ',');
    const auto [peak_text, times] = SplitOnce(spike, '@');
    const auto [at_text, for_text] = SplitOnce(times, '+');
    const auto base = ToRate(base_text);
    const auto peak = ToRate(peak_text);
    const auto at = ToSeconds(at_text, true);
    const auto lasts = ToSeconds(for_text);
    if (!base || !peak || !at || !lasts) return false;
    if (*at > 0) Line(*at, *base, *base, "before");
    Line(*lasts, *peak, *peak, "spike");
    // As long after as the way back may take, where nothing else is said.
    Line(std::max(*at, *lasts), *base, *base, "after");
    return true;
  }

  // "0s=1k,10s=5k"
  bool Points(std::string_view rest) {
    std::optional<std::pair<double, double>> last;
    for (const std::string_view part : SplitAt(rest, ',')) {
      const auto [time, rate_text] = SplitOnce(part, '=');
      const auto at = ToSeconds(time, true);
      const auto rate = ToRate(rate_text);
      if (!at || !rate) return false;
      if (!last && *at != 0) return Complain("a first point at 0s");
      if (last && *at <= last->first) return Complain("points whose times rise");
      if (last) {
        Line(*at - last->first, last->second, *rate, Stretch(last->second, *rate));
      }
      last = {*at, *rate};
    }
    return !profile_.pieces_.empty() || Complain("two points or more");
  }

  // As long as it was asked to be.
  void Fit() {
    if (duration_s_ <= 0) return;
    auto& pieces = profile_.pieces_;
    while (pieces.size() > 1 && pieces.back().from_s >= duration_s_) pieces.pop_back();
    Piece& last = pieces.back();
    const double rest = duration_s_ - last.from_s - last.seconds;
    if (rest > 1e-9)
      return Line(rest, last.to_qps, last.to_qps, "on at " + FormatRate(last.to_qps));
    if (last.amplitude == 0) last.to_qps = last.RateAt(last.seconds + rest);
    last.seconds += rest;
  }

  const std::string_view text_;
  const std::uint64_t seed_;
  const double duration_s_;
  RateProfile profile_;
  std::string complaint_;
};

Result<RateProfile> RateProfile::Parse(std::string_view text, std::uint64_t seed,
                                       Duration duration) {
  return Parser(text, seed, Seconds(duration)).Parse();
}

}  // namespace ringlab
