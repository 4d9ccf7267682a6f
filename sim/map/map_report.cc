#include "sim/map/map_report.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "results/text/map_text.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

std::string HashText(std::uint64_t hash) {
  return Format("%016llx", static_cast<unsigned long long>(hash));
}

Json CellJson(const MapRow& row) {
  const MapOutcome& o = row.outcome;
  Json json{{"defence", row.cell.defence.text},
            {"shock", row.cell.shock.text},
            {"load", row.cell.load},
            {"qps", o.qps},
            {"was_well", o.was_well}};
  json["goodput_before"] = o.goodput_before;
  json["hit_ratio_before"] = o.hit_ratio_before;
  if (!o.was_well) return json;
  json["came_back"] = o.recovery_s.has_value();
  if (o.recovery_s) json["recovery_s"] = *o.recovery_s;
  json["watched_s"] = o.watched_s;
  json["goodput_low"] = o.goodput_low;
  json["goodput_end"] = o.goodput_end;
  json["hit_ratio_low"] = o.hit_ratio_low;
  json["hit_ratio_end"] = o.hit_ratio_end;
  json["requests"] = o.requests;
  json["answered"] = o.answered;
  json["calls"] = o.calls;
  json["source_loads"] = o.source_loads;
  return json;
}

Json LineJson(const MapLine& line) {
  Json json{{"defence", line.defence}, {"shock", line.shock}};
  if (line.back_up_to) json["back_up_to"] = *line.back_up_to;
  if (line.stops_at) json["stops_at"] = *line.stops_at;
  if (line.stops_at) json["beyond"] = line.beyond;
  if (line.too_much) json["too_much"] = *line.too_much;
  return json;
}

void Add(const MapRow& row, MapLine& line) {
  if (!row.outcome.was_well) {
    if (!line.too_much) line.too_much = row.cell.load;
    return;
  }
  if (!row.outcome.recovery_s) {
    if (!line.stops_at) line.stops_at = row.cell.load;
    return;
  }
  if (line.stops_at) {
    line.beyond = true;
  } else {
    line.back_up_to = row.cell.load;
  }
}

}  // namespace

std::vector<MapLine> LinesOf(const std::vector<MapRow>& rows) {
  std::vector<MapLine> lines;
  for (const MapRow& row : rows) {
    if (lines.empty() || lines.back().defence != row.cell.defence.text ||
        lines.back().shock != row.cell.shock.text) {
      lines.push_back({.defence = row.cell.defence.text, .shock = row.cell.shock.text});
    }
    Add(row, lines.back());
  }
  return lines;
}

Json ToJson(const MapReport& report) {
  const MapSpec& spec = report.spec;
  Json json{{"version", kMapVersion},
            {"asked", spec.cells()},
            {"nodes", spec.nodes},
            {"keys", spec.keys},
            {"zipf_s", spec.zipf_s},
            {"ttl_s", Seconds(spec.ttl)},
            {"work_s", Seconds(spec.work)},
            {"deadline_s", Seconds(spec.deadline)},
            {"retries", spec.retries},
            {"horizon_s", Seconds(spec.horizon)},
            {"hold_s", Seconds(spec.hold)},
            {"capacity_qps", report.capacity.qps},
            {"source_loads_per_s", report.capacity.source_loads},
            {"warm_loads_per_s", WarmLoads(spec, report.capacity.qps)},
            {"hash", HashText(report.hash)},
            {"cpu_s", Seconds(report.cpu)},
            {"took_s", Seconds(report.took)},
            {"cells", Json::array()},
            {"lines", Json::array()}};
  for (const MapRow& row : report.rows) json["cells"].push_back(CellJson(row));
  for (const MapLine& line : LinesOf(report.rows)) json["lines"].push_back(LineJson(line));
  return json;
}

std::string MapText(const MapReport& report) {
  const Json json{{"map", ToJson(report)}};
  Page page;
  PrintMap(JsonView(json), page);
  return std::move(page).text();
}

}  // namespace ringlab
