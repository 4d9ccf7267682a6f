#include "loadgen/threshold.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/parse.h"

namespace ringlab {

namespace {

constexpr std::array<std::string_view, 4> kFractions{"errors", "timeouts", "skipped", "hit_ratio"};
constexpr std::array<std::string_view, 2> kNumbers{"achieved_qps", "peak_to_mean"};

tl::unexpected<Error> Refuse(std::string_view text) {
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) +
                  "\": expected a figure and its bound, such as p99<5ms, service.p99.9<=10ms, "
                  "send_lag.p99<500us, errors<0.1%, hit_ratio>0.5, achieved_qps>=9900 or "
                  "peak_to_mean<1.3");
}

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "service.p99" -> service, "p99"; "p99" -> run, "p99".
std::pair<Series, std::string_view> SplitSeries(std::string_view figure) {
  constexpr std::array<std::pair<std::string_view, Series>, 3> kPrefixes{
      {{"response.", Series::kResponse},
       {"service.", Series::kService},
       {"send_lag.", Series::kSendLag}}};
  for (const auto& [prefix, series] : kPrefixes) {
    if (figure.starts_with(prefix)) return {series, figure.substr(prefix.size())};
  }
  return {Series::kRun, figure};
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
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos || at == 0) return Refuse(text);
  Threshold threshold;
  threshold.text = text;
  threshold.below = text[at] == '<';
  std::string_view limit = text.substr(at + 1);
  threshold.or_equal = limit.starts_with('=');
  if (threshold.or_equal) limit.remove_prefix(1);

  const auto [series, figure] = SplitSeries(text.substr(0, at));
  threshold.figure = figure;
  if (IsLatencyFigure(figure)) {
    const auto time = ParseDuration(limit);
    if (!time) return Refuse(text);
    threshold.series = series == Series::kRun ? Series::kResponse : series;
    threshold.limit = static_cast<double>(time->count());
    return threshold;
  }
  if (series != Series::kRun) return Refuse(text);  // "service.errors" would promise too much
  const bool is_fraction = Contains(kFractions, figure);
  if (!is_fraction && !Contains(kNumbers, figure)) return Refuse(text);
  const auto number = is_fraction ? ParseFraction(limit) : ParseNumber(limit);
  if (!number || *number < 0) return Refuse(text);
  threshold.series = Series::kRun;
  threshold.limit = *number;
  return threshold;
}

}  // namespace ringlab
