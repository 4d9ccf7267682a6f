#include "loadgen/threshold.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/parse.h"

namespace ringlab {

namespace {

constexpr std::array<std::string_view, 7> kFractions{
    "errors", "timeouts", "skipped", "hit_ratio", "stale_reads", "reverted", "budget_used"};
constexpr std::array<std::string_view, 7> kNumbers{
    "achieved_qps", "goodput_qps",  "source_qps",       "source_qps_peak",
    "source_loads", "peak_to_mean", "gets_peak_to_mean"};

tl::unexpected<Error> Refuse(std::string_view text) {
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) +
                  "\": expected a figure and its bound, such as p99<5ms, service.p99.9<=10ms, "
                  "send_lag.p99<500us, errors<0.1%, hit_ratio>0.5, stale_reads<=0, "
                  "staleness.max<100ms, budget_used<=1, achieved_qps>=9900, goodput_qps>9000, "
                  "source_qps<100, peak_to_mean<1.3 or gets_peak_to_mean<1.3");
}

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
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

bool Threshold::Holds(double measured) const {
  if (or_equal && measured == limit) return true;
  return below ? measured < limit : measured > limit;
}

double Threshold::percentile() const {
  if (!figure.starts_with('p')) return -1;
  return ParseNumber(std::string_view(figure).substr(1)).value_or(-1);
}

Result<Threshold> ParseThreshold(std::string_view text) {
  auto bound = SplitBound(text);
  if (!bound) return Refuse(text);
  Threshold& threshold = bound->threshold;
  const auto [series, figure] = SplitSeries(bound->figure);
  threshold.figure = figure;
  if (IsLatencyFigure(figure)) {
    const auto time = ParseDuration(bound->limit);
    if (!time) return Refuse(text);
    threshold.series = series == Series::kRun ? Series::kResponse : series;
    threshold.limit = static_cast<double>(time->count());
    return threshold;
  }
  if (series != Series::kRun) return Refuse(text);  // "service.errors" would promise too much
  const bool is_fraction = Contains(kFractions, figure);
  if (!is_fraction && !Contains(kNumbers, figure)) return Refuse(text);
  const auto number = is_fraction ? ParseFraction(bound->limit) : ParseNumber(bound->limit);
  if (!number || *number < 0) return Refuse(text);
  threshold.series = Series::kRun;
  threshold.limit = *number;
  return threshold;
}

Result<Threshold> ParseThresholdOf(std::string_view text,
                                   std::span<const std::string_view> figures) {
  auto bound = SplitBound(text);
  const auto number = bound ? ParseNumber(bound->limit) : ParseNumber("");
  if (!bound || !number || *number < 0 || !Contains(figures, bound->figure)) {
    std::string accepted;
    for (const std::string_view figure : figures) {
      accepted += (accepted.empty() ? "" : ", ") + std::string(figure);
    }
    return Fail(Code::kInvalidArgument, "\"" + std::string(text) +
                                            "\": expected FIGURE<NUMBER (or <=, >, >=) with a "
                                            "figure of " +
                                            accepted);
  }
  bound->threshold.series = Series::kRun;
  bound->threshold.figure = bound->figure;
  bound->threshold.limit = *number;
  return bound->threshold;
}

}  // namespace ringlab
