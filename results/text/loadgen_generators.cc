#include "results/text/loadgen_generators.h"

#include <algorithm>
#include <string>
#include <vector>

#include "results/text/json_figures.h"

namespace ringlab {

namespace {

std::string StartOf(const JsonView& of) {
  const JsonView skew = of["start_skew_ns"];
  const JsonView bound = of["skew_bound_ns"];
  if (!skew.is_there()) return "-";
  return Time(skew.number()) + (bound.is_there() ? " +- " + Time(bound.number()) : "");
}

void PrintRow(const JsonView& of, Page& page) {
  const std::string host = of["host"].text();
  page.Row(Count(of["index"].count()),
           {ShortCount(of["sent"].count()), Figure(of, "send_lag_p99_ns"),
            Format("%.2f", of["cpu_cores"].number()), Figure(of, "start_skew_ns"),
            Figure(of, "skew_bound_ns"), host.substr(0, 12)});
}

}  // namespace

void PrintGenerators(const JsonView& run, std::size_t most, Page& page) {
  if (const JsonView shard = run["shard"]; shard.is_there()) {
    page.Paragraph("shard", Count(shard["index"].count()) + " of " + Count(shard["of"].count()) +
                                ", from 0 on; began " + StartOf(shard) + " after " +
                                shard["start_at"].text());
  }
  std::vector<JsonView> rows = run["generators"].items();
  if (rows.empty()) return;
  const std::size_t hidden = rows.size() - std::min(rows.size(), most);
  if (hidden > 0) {
    std::ranges::stable_sort(rows, [](const JsonView& a, const JsonView& b) {
      return a["send_lag_p99_ns"].number() > b["send_lag_p99_ns"].number();
    });
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(most), rows.end());
  }
  page.Row("generator", {"sent", "lag p99", "CPU", "skew", "+- clock", "host"});
  for (const JsonView& row : rows) PrintRow(row, page);
  if (hidden > 0) page.Paragraph("…", Count(hidden) + " more, whose send lag is smaller");
  page.Line();
}

}  // namespace ringlab
