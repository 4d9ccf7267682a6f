// What a map says: its lines, its text and its JSON.
#include "sim/map/map_report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "results/text/json_view.h"
#include "results/text/map_text.h"

namespace ringlab {
namespace {

// Loads 0.5, 0.6, 0.7, 0.8 of a defence and a shock: '.' came back at once, 'o' late, 'n' never;
// '-' was not well.
void AddRows(const MapSpec& spec, std::uint64_t first, const std::string& marks,
             MapReport& report) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    MapRow row{.cell = CellOf(spec, first + i), .outcome = {}};
    row.outcome.was_well = marks[i] != '-';
    if (marks[i] == '.') row.outcome.recovery_s = 0;
    if (marks[i] == 'o') row.outcome.recovery_s = 25;
    row.outcome.requests = 100;
    report.rows.push_back(row);
  }
}

MapReport ReportOf(const std::string& none_1, const std::string& none_all, const std::string& hot_1,
                   const std::string& hot_all) {
  MapReport report;
  report.spec =
      ParseMapSpec("load=0.5,0.6,0.7,0.8;shock=flush:1,flush:all;defence=none,hot").value();
  report.capacity = CapacityOf(report.spec, 1);
  AddRows(report.spec, 0, none_1, report);
  AddRows(report.spec, 4, none_all, report);
  AddRows(report.spec, 8, hot_1, report);
  AddRows(report.spec, 12, hot_all, report);
  return report;
}

std::string Words(const std::string& text) {
  std::string words;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (space && (words.empty() || words.back() == ' ')) continue;
    words += space ? ' ' : c;
  }
  return words;
}

TEST_CASE("a line is the lowest load at which a cluster did not come back") {
  const auto lines = LinesOf(ReportOf("....", ".nnn", ".n.n", "..n-").rows);
  REQUIRE(lines.size() == 4);
  REQUIRE_FALSE(lines[0].stops_at);
  REQUIRE(lines[0].back_up_to == 0.8);
  REQUIRE(lines[1].stops_at == 0.6);
  REQUIRE(lines[1].back_up_to == 0.5);
  REQUIRE_FALSE(lines[1].beyond);
  REQUIRE(lines[2].stops_at == 0.6);
  REQUIRE(lines[2].beyond);
  REQUIRE(lines[3].stops_at == 0.7);
  REQUIRE(lines[3].too_much == 0.8);
  REQUIRE(lines[3].shock == "flush:all");
  REQUIRE(lines[3].defence == "hot");
}

TEST_CASE("a map's text has a mark a cell, and says which defence moves the line") {
  const std::string text = MapText(ReportOf("..on", ".nnn", "....", ".nnn"));
  const std::string words = Words(text);
  CAPTURE(text);
  for (const std::string said :
       {"none 0.5 0.6 0.7 0.8 flush:1 . . o X flush:all . X X X", "hot 0.5",
        "it comes back up to load 0.7, and no more from 0.8 on",
        "it comes back at every load tried, up to 0.8",
        "after flush:1, undefended, it comes back up to load 0.7, and no more from 0.8 on; moved "
        "up by hot beyond the loads tried",
        "not moved by hot", "X not within 60.0 s"}) {
    CAPTURE(said);
    REQUIRE(words.find(said) != std::string::npos);
  }
  std::size_t line = 0;
  for (const char c : text) {
    line = c == '\n' ? 0 : line + 1;
    REQUIRE(line <= 100);
  }
}

TEST_CASE("a map that was stopped says of how many cells, and draws those") {
  MapReport report = ReportOf("..on", ".n", "", "");
  const std::string text = Words(MapText(report));
  REQUIRE(text.find("6 cells of 16") != std::string::npos);
  report.rows.clear();
  REQUIRE(Words(MapText(report)).find("0 cells of 16") != std::string::npos);
}

TEST_CASE("a map's JSON has a cell for each, and no recovery where there was none") {
  const nlohmann::ordered_json json = ToJson(ReportOf("..on", "-nnn", "....", ".nnn"));
  REQUIRE(json["asked"] == 16);
  REQUIRE(json["cells"].size() == 16);
  const auto& later = json["cells"][2];
  REQUIRE(later["load"] == 0.7);
  REQUIRE(later["shock"] == "flush:1");
  REQUIRE(later["defence"] == "none");
  REQUIRE(later["came_back"] == true);
  REQUIRE(later["recovery_s"] == 25);
  REQUIRE(json["cells"][3]["came_back"] == false);
  REQUIRE_FALSE(json["cells"][3].contains("recovery_s"));
  REQUIRE_FALSE(json["cells"][4].contains("came_back"));
  REQUIRE(json["cells"][4]["was_well"] == false);
  REQUIRE(json["lines"].size() == 4);
  REQUIRE(json["lines"][0]["stops_at"] == 0.8);
  REQUIRE_FALSE(json["lines"][2].contains("stops_at"));
  const JsonView map(json);
  REQUIRE(MarkOf(map["cells"].items()[2]) == MapMark::kLater);
  REQUIRE(MarkOf(map["cells"].items()[4]) == MapMark::kNotWell);
  REQUIRE_FALSE(MapCellOf(map, "none", "flush:1", 0.99).is_there());
}

}  // namespace
}  // namespace ringlab
