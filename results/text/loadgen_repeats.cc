#include "results/text/loadgen_repeats.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/text/json_figures.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr std::size_t kRunsShown = 8;
constexpr std::size_t kOtherCells = 4;  // verdict, rate, mean, hit ratio

// As many as there is room for; of more, the higher ones, which vary most.
Percentiles LastOf(Percentiles percentiles) {
  const std::size_t room = Page::kCells - kOtherCells;
  if (percentiles.size() > room) {
    percentiles.erase(percentiles.begin(), percentiles.end() - static_cast<std::ptrdiff_t>(room));
  }
  return percentiles;
}

void PrintOne(const JsonView& repeat, std::size_t number, const Percentiles& percentiles,
              Page& page) {
  const JsonView response = repeat["latency_ns"]["response"];
  std::vector<std::string> cells{repeat["verdict"].text(),
                                 Rate(repeat["totals"]["achieved_qps"].number()),
                                 Figure(response, "mean")};
  for (const Percentile& percentile : percentiles)
    cells.push_back(Figure(response, percentile.key));
  cells.push_back(PercentOr(repeat["cache"]["hit_ratio"], "-"));
  page.Row("  run " + std::to_string(number) + (repeat["shown"].is_true() ? " *" : ""), cells);
}

void PrintEnd(const char* label, const JsonView& between, std::size_t end,
              const Percentiles& percentiles, Page& page) {
  const auto at = [&](const std::string& name) -> std::optional<double> {
    const std::vector<JsonView> ends = between[name]["interval95"].items();
    return ends.size() == 2 ? ends[end].maybe() : std::nullopt;
  };
  const auto time = [&](const std::string& name) {
    const auto ns = at(name);
    return ns ? TimeOrBeyond(*ns) : std::string("-");
  };
  const auto rate = at("achieved_qps");
  const auto hits = at("hit_ratio");
  std::vector<std::string> cells{"", rate ? Rate(*rate) : "-", time("response_mean_ns")};
  for (const Percentile& p : percentiles) cells.push_back(time("response_" + p.key + "_ns"));
  cells.push_back(hits ? Percent(*hits) : "-");
  page.Row(label, cells);
}

// "p99 1.2 % within a run, 3.4 % between runs"
std::string Spread(const JsonView& between, const Percentiles& percentiles) {
  std::string text;
  for (const Percentile& p : percentiles) {
    const JsonView figure = between["response_" + p.key + "_ns"];
    const double mean = figure["mean"].number();
    if (mean <= 0 || !figure["deviation_within"].is_there()) continue;
    text += (text.empty() ? "deviation within a run and between runs: " : ", ") + p.title +
            Format(" %.1f and %.1f %%", 100 * figure["deviation_within"].number() / mean,
                   100 * figure["deviation"].number() / mean);
  }
  return text;
}

}  // namespace

void PrintRepeats(const JsonView& run, const Percentiles& all, Page& page) {
  const std::vector<JsonView> repeats = run["repeats"].items();
  if (repeats.empty()) return;
  const Percentiles percentiles = LastOf(all);
  std::vector<std::string> titles{"verdict", "rate", "mean"};
  for (const Percentile& percentile : percentiles) titles.push_back(percentile.title);
  titles.emplace_back("hit ratio");
  page.Row("runs", titles);
  for (std::size_t i = 0; i < std::min(repeats.size(), kRunsShown); ++i) {
    PrintOne(repeats[i], i + 1, percentiles, page);
  }
  if (repeats.size() > kRunsShown) {
    page.Paragraph("", Format("%zu more; --json has them all", repeats.size() - kRunsShown));
  }
  const JsonView between = run["between"];
  if (!between.names().empty()) {
    PrintEnd("  95 % from", between, 0, percentiles, page);
    PrintEnd("  95 % to", between, 1, percentiles, page);
  }
  const bool own = run["config"]["source"].is_there();
  page.Paragraph("", "of " + Plural(repeats.size(), "run") +
                         (own ? " with nodes of its own each" : " against the same targets") +
                         "; 95 %: where the mean of all such runs lies; * is the run shown below, "
                         "the median by p99");
  if (const std::string spread = Spread(between, percentiles); !spread.empty()) {
    page.Paragraph("", spread, 2);
  }
  page.Line();
}

}  // namespace ringlab
