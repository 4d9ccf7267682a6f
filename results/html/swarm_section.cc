#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "results/html/common_sections.h"
#include "results/html/draw/markup.h"
#include "results/html/draw/space_time.h"
#include "results/html/draw/table.h"
#include "results/html/sim_sections.h"

namespace ringlab::html {

namespace {

constexpr std::size_t kProcessesMax = 40;
constexpr std::size_t kPassagesMax = 5'000;
constexpr std::size_t kRowsMax = 200;

// The number at a place of a list, or `otherwise`.
double NumberIn(const Json& list, std::size_t at, double otherwise) {
  if (!list.is_array() || list.size() <= at || !list[at].is_number()) return otherwise;
  return list[at].get<double>();
}

std::vector<std::string> NamesAt(const Json& diagram, const char* key, std::size_t most) {
  std::vector<std::string> names;
  for (const Json& name : ListAt(diagram, key)) {
    if (names.size() < most && name.is_string())
      names.push_back(name.get<std::string>().substr(0, kNameColumns));
  }
  return names;
}

SpaceTime DiagramOf(const Json& json) {
  SpaceTime diagram{.processes = NamesAt(json, "nodes", kProcessesMax),
                    .kinds = NamesAt(json, "kinds", kPassagesMax),
                    .passages = {},
                    .troubles = {}};
  const auto count = static_cast<double>(diagram.processes.size());
  const auto is_process = [&](double index) { return index >= 0 && index < count; };
  for (const Json& message : ListAt(json, "messages")) {
    const double from = NumberIn(message, 0, -1);
    const double to = NumberIn(message, 1, -1);
    const double kind = NumberIn(message, 2, -1);
    if (!is_process(from) || !is_process(to) || !(kind >= 0 && kind < 1e6)) continue;
    if (diagram.passages.size() == kPassagesMax) break;
    SpaceTime::Passage passage{.from = static_cast<std::size_t>(from),
                               .to = static_cast<std::size_t>(to),
                               .kind = static_cast<std::size_t>(kind),
                               .sent = NumberIn(message, 3, 0)};
    const double arrived = NumberIn(message, 4, -1);
    if (arrived >= 0) passage.arrived = arrived;
    diagram.passages.push_back(passage);
  }
  for (const Json& fault : ListAt(json, "faults")) {
    for (const Json& node : ListAt(fault, "nodes")) {
      if (!node.is_number() || !is_process(node.get<double>())) continue;
      if (diagram.troubles.size() == kRowsMax) break;
      diagram.troubles.push_back({.process = node.get<std::size_t>(),
                                  .from = NumberAt(fault, "from_s").value_or(0),
                                  .to = NumberAt(fault, "to_s").value_or(0),
                                  .what = TextAt(fault, "text")});
    }
  }
  return diagram;
}

std::string FindingsTable(const Json& swarm) {
  Table table("What did not hold.", {{"at"}, {"invariant", false}, {"what", false}});
  for (const Json& failed : ListAt(swarm, "failed")) {
    for (const Json& finding : ListAt(failed, "findings")) {
      if (table.rows() == kRowsMax) break;
      table.Row({Cell(Unit::kSeconds, NumberAt(finding, "at_s")),
                 Escape(TextAt(finding, "invariant")), Escape(TextAt(finding, "what"))});
    }
  }
  return table.rows() == 0 ? "" : table.Markup();
}

std::string Drawing(const Json& swarm, const Json& diagram) {
  const double from = NumberAt(diagram, "from_s").value_or(0);
  const double to = NumberAt(diagram, "to_s").value_or(0);
  Plot plot{.id = "space-time",
            .title = "Messages between the nodes, over time",
            .summary =
                "Each node is a level line, each message a line from its sender to its "
                "receiver.",
            .reading =
                "A message begins where it was sent and ends, with a dot, where it arrived: the "
                "flatter, the longer it took. A stub never arrived. Shaded is where a node was in "
                "trouble.",
            .x = {.title = "virtual time since the traffic began (s)", .unit = Unit::kSeconds},
            .y = {.title = ""}};
  plot.x.scale = Scale(Scale::Kind::kLinear, from, to);
  for (const Json& failed : ListAt(swarm, "failed")) {
    for (const Json& finding : ListAt(failed, "findings")) {
      const double at = NumberAt(finding, "at_s").value_or(-1);
      if (at < from || at > to || plot.rules.size() == 3) continue;
      plot.rules.push_back({.upright = true, .at = at, .label = TextAt(finding, "invariant")});
    }
  }
  return SpaceTimeFigure(std::move(plot), DiagramOf(diagram));
}

}  // namespace

Section SwarmSection(const Json& result) {
  const Json& swarm = At(result, "swarm");
  const Json& diagram = At(swarm, "diagram");
  Section section{.id = "case", .title = "The case, message by message", .body = ""};
  if (ListAt(diagram, "nodes").empty()) return section;
  section.body = FindingsTable(swarm) + Drawing(swarm, diagram);
  return section;
}

}  // namespace ringlab::html
