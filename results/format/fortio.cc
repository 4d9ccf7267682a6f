#include <nlohmann/json.hpp>

#include "core/base/log_scale.h"
#include "core/base/parse.h"
#include "results/format/report_formats.h"
#include "results/format/stored_histogram.h"
#include "results/text/json_text.h"
#include "results/text/json_view.h"
#include "results/text/percentiles.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;
using Scale = LogScale<3>;  // eight bars in a doubling: finer than a chart shows

constexpr double kNs = 1e-9;  // in seconds

// stats.HistogramData of fortio. The bars hold every value; their percentages are cumulative.
Json HistogramData(const HdrHistogram& h, const JsonView& summary, const Percentiles& percentiles) {
  Json json{{"Count", h.count()},
            {"Min", summary["min"].number() * kNs},
            {"Max", summary["max"].number() * kNs},
            {"Sum", summary["mean"].number() * summary["count"].number() * kNs},
            {"Avg", summary["mean"].number() * kNs},
            {"StdDev", h.stddev() * kNs},
            {"Data", Json::array()},
            {"Percentiles", Json::array()}};
  std::uint64_t seen = 0;
  std::size_t last = SIZE_MAX;
  for (const HdrHistogram::Cell& cell : h.cells()) {
    const auto at = Scale::IndexOf(static_cast<std::uint64_t>(h.layout().LowestAt(cell.index)));
    seen += cell.count;
    if (at != last) {
      json["Data"].push_back({{"Start", static_cast<double>(Scale::LowestAt(at)) * kNs},
                              {"End", static_cast<double>(Scale::LowestAt(at + 1)) * kNs},
                              {"Percent", 0.0},
                              {"Count", std::uint64_t{0}}});
      last = at;
    }
    Json& bar = json["Data"].back();
    bar["Count"] = bar["Count"].get<std::uint64_t>() + cell.count;
    bar["Percent"] = 100 * static_cast<double>(seen) / static_cast<double>(h.count());
  }
  // What so many values cannot support is left out, as everywhere.
  for (const Percentile& percentile : percentiles) {
    if (!SupportsPercentile(h.count(), percentile.value)) continue;
    json["Percentiles"].push_back(
        {{"Percentile", percentile.value},
         {"Value", static_cast<double>(h.ValueAtPercentile(percentile.value)) * kNs}});
  }
  return json;
}

}  // namespace

Result<std::string> ResultFortio(const Json& result, const std::string& histogram) {
  const auto stored = StoredHistogram(result, histogram);
  if (!stored) return tl::unexpected(stored.error());
  const JsonView run(result);
  const JsonView c = run["config"];
  const JsonView t = run["totals"];
  const JsonView summary = StoredSummary(result, histogram);
  const Duration elapsed = t["elapsed_s"].seconds();
  const Json json{{"RunType", "ringlab loadgen"},
                  {"Labels", histogram + " times; " + run["verdict"].text() +
                                 LeftOut(summary["failed"].count(), summary["clamped"].count())},
                  {"StartTime", run["started_at"].text()},
                  {"RequestedQPS", Format("%.10g", c["requested_qps"].number())},
                  {"RequestedDuration", Format("%gs", c["duration_s"].number())},
                  {"ActualQPS", t["achieved_qps"].number()},
                  {"ActualDuration", elapsed.count()},
                  {"NumThreads", c["workers"].count()},
                  {"Version", "ringlab " + run["environment"]["version"].text()},
                  {"DurationHistogram", HistogramData(*stored, summary, PercentilesOf(result))},
                  {"Exactly", 0},
                  {"Jitter", c["arrivals"].text() == "poisson"},
                  {"Uniform", false},
                  {"NoCatchUp", false},
                  {"RunID", 0},
                  {"URL", c["cluster"].text()},
                  {"RetCodes",
                   {{"OK", t["ok"].count()},
                    {"NOT_FOUND", t["not_found"].count()},
                    {"ERROR", t["errors"].count()},
                    {"TIMEOUT", t["timeouts"].count()}}}};
  return JsonText(json);
}

}  // namespace ringlab
