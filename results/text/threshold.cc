#include "results/text/threshold.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/parse.h"

namespace ringlab {

namespace {

constexpr std::array<std::string_view, 10> kFractions{
    "errors",    "timeouts",    "failed",   "skipped",     "goodput",
    "hit_ratio", "stale_reads", "reverted", "budget_used", "source_share"};
constexpr std::array<std::string_view, 8> kNumbers{
    "achieved_qps", "goodput_qps",         "source_qps",   "source_qps_peak",
    "source_loads", "source_peak_to_mean", "peak_to_mean", "gets_peak_to_mean"};

// Those that are told of a phase of a run as well.
constexpr std::array<std::string_view, 7> kOfPhases{
    "errors", "timeouts", "failed", "skipped", "goodput", "achieved_qps", "goodput_qps"};

tl::unexpected<Error> Refuse(std::string_view text, const std::string& expected) {
  return Fail(Code::kInvalidArgument, "\"" + std::string(text) + "\": expected " + expected);
}

template <class Names>
std::string Joined(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "phase3.p99" -> 3, "p99"; "p99" -> 0, "p99". Nothing for a phase that is none.
std::optional<std::pair<std::uint32_t, std::string_view>> SplitPhase(std::string_view figure) {
  constexpr std::string_view kPrefix = "phase";
  if (!figure.starts_with(kPrefix)) return std::pair{0U, figure};
  const auto [number, rest] = SplitOnce(figure.substr(kPrefix.size()), '.');
  const auto phase = ParseCount(number);
  if (!phase || *phase == 0 || *phase > 1'000'000) return std::nullopt;
  return std::pair{static_cast<std::uint32_t>(*phase), rest};
}

// "service.p99" -> service, "p99"; "p99" -> run, "p99".
std::pair<Series, std::string_view> SplitSeries(std::string_view figure) {
  constexpr std::array<std::pair<std::string_view, Series>, 4> kPrefixes{
      {{"response.", Series::kResponse},
       {"service.", Series::kService},
       {"send_lag.", Series::kSendLag},
       {"staleness.", Series::kStaleness}}};
  for (const auto& [prefix, series] : kPrefixes) {
    if (figure.starts_with(prefix)) return {series, figure.substr(prefix.size())};
  }
  return {Series::kRun, figure};
}

// "p99<=5ms" at its comparison: the threshold knows the direction and nothing else yet.
struct Bound {
  Threshold threshold;
  std::string_view figure;
  std::string_view limit;
};

std::optional<Bound> SplitBound(std::string_view text) {
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  Bound bound{.threshold = {}, .figure = text.substr(0, at), .limit = text.substr(at + 1)};
  bound.threshold.text = text;
  bound.threshold.below = text[at] == '<';
  bound.threshold.or_equal = bound.limit.starts_with('=');
  if (bound.threshold.or_equal) bound.limit.remove_prefix(1);
  return bound;
}

bool IsLatencyFigure(std::string_view figure) {
  if (figure == "mean" || figure == "max") return true;
  if (!figure.starts_with('p')) return false;
  const auto percentile = ParseNumber(figure.substr(1));
  return percentile && *percentile > 0 && *percentile <= 100;
}

}  // namespace

bool Threshold::Holds(double measured, bool at_least) const {
  if (at_least && below) return false;
  if (or_equal && measured == limit) return true;
  return below ? measured < limit : measured > limit;
}

double Threshold::percentile() const {
  if (!figure.starts_with('p')) return -1;
  return ParseNumber(std::string_view(figure).substr(1)).value_or(-1);
}

std::string ThresholdsHelp() {
  return "times such as p99<5ms: p50, p99.9 or any other percentile, mean, max, of the response or "
         "with service., send_lag. or staleness. before it; fractions such as errors<0.1%: " +
         Joined(kFractions) + "; numbers such as achieved_qps>=9900: " + Joined(kNumbers) +
         " (the last two: the busiest over the mean, by owner and by node that was asked); times "
         "are of "
         "answered requests, failed is errors and timeouts; phase3.p99<5ms is of one phase of "
         "--profile";
}

Result<Threshold> ParseThreshold(std::string_view text) {
  auto bound = SplitBound(text);
  if (!bound) return Refuse(text, "a figure, <, <=, > or >=, and its bound; " + ThresholdsHelp());
  Threshold& threshold = bound->threshold;
  const auto phase = SplitPhase(bound->figure);
  if (!phase) return Refuse(text, "a phase by its number from 1 up, as in phase3.p99<5ms");
  const auto [series, figure] = SplitSeries(phase->second);
  const std::string limit(bound->limit);
  threshold.figure = figure;
  threshold.phase = phase->first;
  if (threshold.phase > 0 &&
      (IsLatencyFigure(figure) ? series == Series::kStaleness : !Contains(kOfPhases, figure))) {
    return Refuse(text, "of a phase a time of the response, service or send_lag, or one of " +
                            Joined(kOfPhases));
  }
  if (IsLatencyFigure(figure)) {
    const auto time = ParseDuration(limit);
    if (!time && ParseNumber(limit)) {
      return Refuse(text, "a unit: " + limit + " what? ns, us, ms, s, m or h, as in p99<5ms");
    }
    if (!time) return Refuse(text, "a time, as in p99<5ms");
    threshold.series = series == Series::kRun ? Series::kResponse : series;
    threshold.limit = static_cast<double>(time->count());
    return threshold;
  }
  const bool is_fraction = Contains(kFractions, figure);
  const bool is_number = Contains(kNumbers, figure);
  // "service.errors" would promise too much
  if (series != Series::kRun || (!is_fraction && !is_number)) {
    return Refuse(text, "a figure that there is; " + ThresholdsHelp());
  }
  const auto number = is_fraction ? ParseFraction(limit) : ParseNumber(limit);
  if (!number || *number < 0) {
    const std::string name(figure);
    return Refuse(text, is_fraction
                            ? "a fraction from 0 to 1 or a percentage, as in " + name + "<5%"
                            : "a number from 0 up without a unit, as in " + name + "<100");
  }
  threshold.series = Series::kRun;
  threshold.limit = *number;
  return threshold;
}

Result<Threshold> ParseThresholdOf(std::string_view text,
                                   std::span<const std::string_view> figures) {
  auto bound = SplitBound(text);
  const auto number = bound ? ParseNumber(bound->limit) : ParseNumber("");
  if (!bound || !number || *number < 0 || !Contains(figures, bound->figure)) {
    return Refuse(text, "FIGURE<NUMBER (or <=, >, >=) with a figure of " + Joined(figures));
  }
  bound->threshold.series = Series::kRun;
  bound->threshold.figure = bound->figure;
  bound->threshold.limit = *number;
  return bound->threshold;
}

}  // namespace ringlab
