#include "results/text/loadgen_latency.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/types.h"
#include "results/text/json_figures.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

// A column of the table of latencies.
struct Column {
  std::string title;
  std::string key;
};

std::vector<std::vector<Column>> ColumnsOf(const Percentiles& percentiles) {
  std::vector<Column> all{{"count", "count"}, {"mean", "mean"}};
  for (const Percentile& percentile : percentiles)
    all.push_back({percentile.title, percentile.key});
  all.push_back({"max", "max"});
  std::vector<std::vector<Column>> tables;
  for (std::size_t at = 0; at < all.size(); at += Page::kCells) {
    const std::size_t end = std::min(all.size(), at + Page::kCells);
    tables.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                        all.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return tables;
}

void PrintLatency(const std::string& label, const JsonView& h, const std::vector<Column>& columns,
                  Page& page) {
  if (h["count"].count() == 0) return;
  std::vector<std::string> cells;
  for (const Column& column : columns) {
    cells.push_back(column.key == "count" ? ShortCount(h["count"].count()) : Figure(h, column.key));
  }
  page.Row(label, cells);
}

// "+-2.1 %": how far the end of a percentile's 95 % interval lies away from it, the farther one.
std::string Within(const JsonView& h, const std::string& key) {
  const std::vector<JsonView> ends = h["interval95"][key].items();
  const double value = h[key].number();
  if (ends.size() != 2 || value <= 0 || !ends[0].maybe() || !ends[1].maybe()) return "-";
  const double most = std::max(value - ends[0].number(), ends[1].number() - value) / value;
  return Format(most < 0.1 ? "+-%.1f %%" : "+-%.0f %%", 100 * most);
}

void PrintIntervals(const JsonView& h, const std::vector<Column>& columns, Page& page) {
  std::vector<std::string> cells;
  bool any = false;
  for (const Column& column : columns) {
    any = any || h["interval95"][column.key].is_there();
    cells.push_back(Within(h, column.key));
  }
  if (any) page.Row("95 % within", cells);
}

void PrintService(const std::string& name, const JsonView& h, std::uint64_t whole,
                  const Percentiles& percentiles, Page& page) {
  const std::uint64_t count = h["count"].count();
  if (count == 0) return;
  std::vector<std::string> cells{ShortCount(count),
                                 Percent(static_cast<double>(count) / static_cast<double>(whole)),
                                 Figure(h, "mean")};
  for (const Percentile& percentile : percentiles) cells.push_back(Figure(h, percentile.key));
  cells.push_back(Figure(h, "max"));
  page.Row(name, cells);
}

// As many as there is room for, beside four other columns.
Percentiles FirstOf(Percentiles percentiles) {
  percentiles.resize(std::min(percentiles.size(), Page::kCells - 4));
  return percentiles;
}

// "source 62 %, hop 20 %, rest 18 %": the largest, those under kSmall together.
std::string SharesText(const JsonView& shares) {
  constexpr double kSmall = 0.02;
  std::vector<std::pair<double, std::string>> stages;
  for (const std::string& name : shares.names()) stages.emplace_back(shares[name].number(), name);
  std::ranges::stable_sort(stages, std::greater(), &std::pair<double, std::string>::first);
  std::string text;
  double rest = 0;
  for (auto& [share, name] : stages) {
    std::ranges::replace(name, '_', ' ');
    if (share < kSmall) {
      rest += share;
    } else {
      text += (text.empty() ? "" : ", ") + name + Format(" %.0f %%", 100 * share);
    }
  }
  return rest < kSmall / 4 ? text : text + Format(", rest %.0f %%", 100 * rest);
}

void PrintStages(const JsonView& stages, Page& page) {
  if (!stages.is_there()) return;
  const JsonView slowest = stages["slowest"];
  page.Paragraph("time went",
                 SharesText(stages["share"]) +
                     (slowest.is_there() ? "; of the slowest 1 %, from " +
                                               TimeOrBeyond(slowest["from_ns"].number()) +
                                               " on: " + SharesText(slowest["share"])
                                         : ""));
}

}  // namespace

bool HasWrites(const JsonView& config) {
  return config["mix"]["set"].number() > 0 || config["mix"]["remove"].number() > 0;
}

void PrintLatencies(const JsonView& run, const Percentiles& percentiles, Page& page) {
  const JsonView latencies = run["latency_ns"];
  for (const std::vector<Column>& columns : ColumnsOf(percentiles)) {
    std::vector<std::string> titles;
    for (const Column& column : columns) titles.push_back(column.title);
    page.Row("latency", titles);
    PrintLatency("response", latencies["response"], columns, page);
    PrintLatency("service", latencies["service"], columns, page);
    PrintLatency("send lag", latencies["send_lag"], columns, page);
    PrintLatency("failures", run["latency_failed_ns"], columns, page);
    PrintIntervals(latencies["response"], columns, page);
  }
  page.Paragraph("",
                 "response: planned start to answer; send lag: until it was sent; service: from "
                 "there on");
  PrintStages(run["stages"], page);
  if (const std::uint64_t clamped = latencies["response"]["clamped"].count(); clamped > 0) {
    page.Paragraph("", Count(clamped) + " took more than 60 s: of them no more is known");
  }
}

void PrintOperations(const JsonView& run, const ServiceRows& rows, const Percentiles& all,
                     Page& page) {
  const Percentiles percentiles = FirstOf(all);
  const bool operations = rows.operations && HasWrites(run["config"]);
  if ((!operations && !rows.levels) || run["latency_ns"]["service"]["count"].count() == 0) return;
  std::vector<std::string> titles{"count", "share", "mean"};
  for (const Percentile& percentile : percentiles) titles.push_back(percentile.title);
  titles.emplace_back("max");
  page.Row("service", titles);
  const std::uint64_t answered = run["latency_ns"]["service"]["count"].count();
  for (const char* const name : {"get", "set", "remove"}) {
    if (!operations) break;
    PrintService(name, run["operations"][name]["service_ns"], answered, percentiles, page);
  }
  const std::uint64_t keys = run["operations"]["get"]["keys"]["ok"].count();
  for (std::size_t i = 0; i < kLevels && rows.levels; ++i) {
    const std::string name(LevelName(static_cast<Level>(i)));
    PrintService("by " + name, run["levels"][name]["service_ns"], keys, percentiles, page);
  }
}

}  // namespace ringlab
