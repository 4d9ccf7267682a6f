#include "results/text/map_text.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr double kAtOnceS = 1;
constexpr double kSoonS = 10;
constexpr std::size_t kNameColumns = 16;
constexpr std::size_t kLoadColumns = 5;

std::string LoadText(double load) { return Format("%.4g", load); }

std::vector<JsonView> LinesFor(const JsonView& map, const std::string& key,
                               const std::string& name) {
  std::vector<JsonView> lines;
  for (const JsonView& line : map["lines"].items()) {
    if (line[key].text() == name) lines.push_back(line);
  }
  return lines;
}

// "up to load 0.5, and no more from 0.6 on"
std::string LineText(const JsonView& line) {
  const JsonView up_to = line["back_up_to"];
  const JsonView stops = line["stops_at"];
  if (!stops.is_there()) {
    if (!up_to.is_there()) return "it was well at none of the loads to begin with";
    return "it comes back at every load tried, up to " + LoadText(up_to.number());
  }
  const std::string beyond = line["beyond"].is_true() ? ", but for some higher ones" : "";
  if (!up_to.is_there())
    return "it does not come back from load " + LoadText(stops.number()) + " on, the lowest tried" +
           beyond;
  return "it comes back up to load " + LoadText(up_to.number()) + ", and no more from " +
         LoadText(stops.number()) + " on" + beyond;
}

void PrintMapHead(const JsonView& map, Page& page) {
  page.Paragraph("map", Plural(map["nodes"].count(), "node") + ", " + Count(map["keys"].count()) +
                            " keys by zipf " + Format("%.4g", map["zipf_s"].number()) +
                            " that live " + FormatDuration(map["ttl_s"].seconds()) + ", " +
                            FormatDuration(map["work_s"].seconds()) +
                            " of work with a message; clients wait " +
                            FormatDuration(map["deadline_s"].seconds()) + " and try again " +
                            std::to_string(map["retries"].count()) + " times");
  const double qps = map["capacity_qps"].number();
  const double source = map["source_loads_per_s"].number();
  page.Paragraph("load 1", Rate(qps) +
                               " requests a second, which keep the busiest node busy all the time "
                               "when every one is a hit; they need " +
                               Rate(map["warm_loads_per_s"].number()) +
                               " loads a second, and the source can serve " + Rate(source) +
                               Format(": alone it would take %.3g %% of the load",
                                      qps > 0 ? 100 * source / qps : 0));
  const std::vector<JsonView> cells = map["cells"].items();
  page.Paragraph("", Plural(cells.size(), "cell") +
                         (cells.size() < map["asked"].count() ? " of " + Count(map["asked"].count())
                                                              : std::string()) +
                         "; hash " + map["hash"].text());
}

void PrintTable(const JsonView& map, const std::string& defence, Page& page) {
  const std::vector<double> loads = MapLoads(map);
  std::string head = text_page::Fit(defence, kNameColumns, false);
  for (const double load : loads) head += text_page::Fit(LoadText(load), kLoadColumns, true);
  page.Line(head);
  for (const std::string& shock : MapNames(map, "shock")) {
    std::string row = text_page::Fit(shock, kNameColumns, false);
    for (const double load : loads) {
      const JsonView cell = MapCellOf(map, defence, shock, load);
      const char mark = cell.is_there() ? CharacterOf(MarkOf(cell)) : ' ';
      row += text_page::Fit(std::string(1, mark), kLoadColumns, true);
    }
    page.Line(row);
  }
}

std::optional<double> StopOf(const JsonView& line) { return line["stops_at"].maybe(); }

// What each defence does to the line of a shock, against that of none.
std::string AnswerFor(const JsonView& map, const std::string& shock) {
  std::optional<JsonView> none;
  std::vector<JsonView> others;
  for (const JsonView& line : LinesFor(map, "shock", shock)) {
    if (line["defence"].text() == "none") {
      none = line;
    } else {
      others.push_back(line);
    }
  }
  if (!none) return "";
  const auto stop = StopOf(*none);
  std::string text = "after " + shock + ", undefended, " + LineText(*none);
  std::string moved;
  std::string same;
  std::string worse;
  for (const JsonView& line : others) {
    const auto its = StopOf(line);
    const std::string name = line["defence"].text();
    if (its == stop) {
      same += (same.empty() ? "" : ", ") + name;
    } else if (!its || (stop && *its > *stop)) {
      moved += (moved.empty() ? "" : ", ") + name +
               (its ? " to " + LoadText(*its) : " beyond the loads tried");
    } else {
      worse += (worse.empty() ? "" : ", ") + name + " to " + LoadText(*its);
    }
  }
  if (!moved.empty()) text += "; moved up by " + moved;
  if (!worse.empty()) text += "; moved down by " + worse;
  if (!same.empty() && stop) text += "; not moved by " + same;
  return text;
}

}  // namespace

char CharacterOf(MapMark mark) {
  constexpr std::string_view kCharacters = ".+oX-";
  return kCharacters[static_cast<std::size_t>(mark)];
}

MapMark MarkOf(const JsonView& cell) {
  if (!cell["was_well"].is_true()) return MapMark::kNotWell;
  if (!cell["came_back"].is_true()) return MapMark::kNotBack;
  const double recovery_s = cell["recovery_s"].number();
  if (recovery_s <= kAtOnceS) return MapMark::kAtOnce;
  return recovery_s <= kSoonS ? MapMark::kSoon : MapMark::kLater;
}

std::vector<std::string> MapLegend(const JsonView& map) {
  return {"well again within 1 s", "within 10 s", "later",
          "not within " + FormatDuration(map["horizon_s"].seconds()),
          "not well before the shock either"};
}

std::vector<std::string> MapNames(const JsonView& map, const std::string& key) {
  std::vector<std::string> names;
  for (const JsonView& cell : map["cells"].items()) {
    const std::string name = cell[key].text();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::vector<double> MapLoads(const JsonView& map) {
  std::vector<double> loads;
  for (const JsonView& cell : map["cells"].items()) loads.push_back(cell["load"].number());
  std::sort(loads.begin(), loads.end());
  loads.erase(std::unique(loads.begin(), loads.end()), loads.end());
  return loads;
}

JsonView MapCellOf(const JsonView& map, const std::string& defence, const std::string& shock,
                   double load) {
  for (const JsonView& cell : map["cells"].items()) {
    if (cell["load"].number() == load && cell["shock"].text() == shock &&
        cell["defence"].text() == defence) {
      return cell;
    }
  }
  return map["no such cell"];
}

std::string MapSentence(const JsonView& map, const std::string& defence) {
  std::string text;
  for (const JsonView& line : LinesFor(map, "defence", defence)) {
    text += (text.empty() ? "after " : "; after ") + line["shock"].text() + " " + LineText(line);
  }
  return text;
}

std::vector<std::string> MapAnswers(const JsonView& map) {
  std::vector<std::string> answers;
  for (const std::string& shock : MapNames(map, "shock")) {
    std::string answer = AnswerFor(map, shock);
    if (!answer.empty()) answers.push_back(std::move(answer));
  }
  return answers;
}

void PrintMap(const JsonView& result, Page& page) {
  constexpr std::size_t kSentenceLines = 8;
  const JsonView map = result["map"];
  if (!map.is_there()) return;
  PrintMapHead(map, page);
  const std::vector<std::string> defences = MapNames(map, "defence");
  if (defences.empty()) return;
  for (const std::string& defence : defences) {
    page.Line();
    PrintTable(map, defence, page);
  }
  page.Line();
  std::string legend;
  const std::vector<std::string> meanings = MapLegend(map);
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    legend += (i == 0 ? "" : "; ") + std::string(1, CharacterOf(static_cast<MapMark>(i))) + " " +
              meanings[i];
  }
  page.Paragraph("", legend);
  page.Line();
  for (const std::string& defence : defences) {
    const bool fits = defence.size() < Page::kLabel;
    page.Paragraph(fits ? defence : "", (fits ? "" : defence + ": ") + MapSentence(map, defence),
                   kSentenceLines);
  }
  std::string label = "answer";
  for (const std::string& answer : MapAnswers(map)) {
    page.Line();
    page.Paragraph(std::exchange(label, ""), answer, kSentenceLines);
  }
}

}  // namespace ringlab
