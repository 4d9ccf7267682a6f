#include "results/html/phase_section.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/plot.h"
#include "results/html/draw/table.h"

namespace ringlab::html {

namespace {

struct PhaseFigures {
  double seconds = 0;
  double planned = 0;  // a second
  double sent = 0;
  double failed = 0;  // of the scheduled
};

PhaseFigures FiguresOf(const Json& phase) {
  PhaseFigures figures;
  const auto count = [&](const char* path) { return NumberAt(phase, path).value_or(0); };
  figures.seconds = count("to_s") - count("from_s");
  if (!(figures.seconds > 0)) return {};
  const double scheduled = count("totals/scheduled");
  figures.planned = scheduled / figures.seconds;
  figures.sent = count("totals/sent") / figures.seconds;
  const double failed = count("totals/errors") + count("totals/timeouts");
  figures.failed = scheduled > 0 ? failed / scheduled : 0;
  return figures;
}

std::string PhasesTable(const Json& phases) {
  Table table("What was planned in each phase and what came of it; times are of the answered.",
              {{.title = "phase", .is_number = false},
               {.title = "rate", .is_number = false},
               {.title = "from"},
               {.title = "planned"},
               {.title = "sent"},
               {.title = "failed"},
               {.title = "p50"},
               {.title = "p99"},
               {.title = "max"},
               {.title = "send lag p99"}});
  for (const Json& phase : phases) {
    const PhaseFigures figures = FiguresOf(phase);
    const Json& response = At(phase, "latency_ns/response");
    table.Row({Name(TextAt(phase, "name")), Name(TextAt(phase, "what")),
               Cell(Unit::kSeconds, NumberAt(phase, "from_s")), Shown(Unit::kRate, figures.planned),
               Shown(Unit::kRate, figures.sent), Shown(Unit::kShare, figures.failed),
               TimeCell(response, "p50"), TimeCell(response, "p99"), TimeCell(response, "max"),
               TimeCell(At(phase, "latency_ns/send_lag"), "p99")});
  }
  return table.Markup();
}

// Response times by the rate that was planned, the slowest phase first.
std::string RateChart(const Json& phases) {
  std::vector<Line> lines{
      {.name = "response p99", .colour = 2, .style = Line::Style::kDots, .points = {}},
      {.name = "response p50", .colour = 1, .style = Line::Style::kDots, .points = {}}};
  double high = 0;
  double low = 0;
  double fastest = 0;
  for (const Json& phase : phases) {
    const double rate = FiguresOf(phase).planned;
    const Json& response = At(phase, "latency_ns/response");
    for (Line& line : lines) {
      const auto time = NumberAt(response, line.name.substr(line.name.size() - 3));
      if (!time || !(*time > 0)) continue;
      line.points.push_back({rate, *time});
      high = std::max(high, *time);
      low = low > 0 ? std::min(low, *time) : *time;
      fastest = std::max(fastest, rate);
    }
  }
  for (Line& line : lines) std::ranges::stable_sort(line.points, {}, &Point::x);
  if (high <= 0 || phases.size() < 3) return "";
  return PlotFigure({.id = "phases-chart",
                     .title = "Response times by rate",
                     .summary = "Response p50 and p99 of each phase, by its planned rate.",
                     .reading = "Each point is a phase. Where they turn up the cluster comes "
                                "near what it can take; two heights at one rate are a way up and "
                                "a way down that differ.",
                     .x = {.title = "planned requests a second",
                           .unit = Unit::kRate,
                           .scale = Scale::FromZero(fastest * 1.02)},
                     .y = {.title = "response time (log scale)",
                           .unit = Unit::kNanos,
                           .scale = Scale::Decades(low, high)},
                     .lines = lines});
}

}  // namespace

Section PhasesSection(const Json& result) {
  const Json& phases = ListAt(result, "phases");
  if (phases.empty()) return {};
  return {"phases", "Phases", RateChart(phases) + PhasesTable(phases)};
}

}  // namespace ringlab::html
