#include <algorithm>
#include <set>
#include <utility>

#include "results/format/sums.h"

namespace ringlab {

namespace {

void CheckRing(Sums& sums, const std::string& where, const JsonView& ring) {
  const std::vector<JsonView> arcs = ring["arcs"].items();
  sums.Equal("the length of " + where + "/arcs", arcs.size(), "its nodes", ring["nodes"].count());
  sums.SharesAddUp(where + "/arcs", arcs, "share");
  sums.SharesAddUp(where + "/arcs", arcs, "ideal");
  sums.SharesAddUp(where + "/traffic/nodes", ring["traffic"]["nodes"].items(), "expected_share");
  double peak = 0;
  for (const JsonView& arc : arcs) {
    if (arc["ideal"].number() > 0)
      peak = std::max(peak, arc["share"].number() / arc["ideal"].number());
  }
  if (!arcs.empty() && std::abs(peak - ring["peak_to_mean"].number()) > 1e-6 * peak) {
    sums.Complain(where + "/peak_to_mean is " + Format("%.9g", ring["peak_to_mean"].number()) +
                  ", and its arcs' " + Format("%.9g", peak));
  }
}

}  // namespace

void CheckSumsOfSim(Sums& sums) {
  const std::vector<JsonView> rings = sums.run["rings"].items();
  for (std::size_t i = 0; i < rings.size(); ++i) {
    CheckRing(sums, "/rings/" + std::to_string(i), rings[i]);
  }
  const JsonView loopback = sums.run["loopback"];
  if (!loopback.is_there()) return;
  sums.Totals("/loopback/totals", loopback["totals"]);
  sums.SharesAddUp("/loopback/nodes", loopback["nodes"].items(), "measured_share");
  sums.SharesAddUp("/loopback/nodes", loopback["nodes"].items(), "expected_share");
}

// No metric comes twice, and none is of no operation.
void CheckSumsOfBench(Sums& sums) {
  std::set<std::pair<std::string, std::string>> known;
  for (const JsonView& metric : sums.run["metrics"].items()) {
    const std::string name = metric["name"].text();
    const std::string measure = metric["measure"].text();
    if (!known.emplace(name, measure).second) {
      sums.Complain("/metrics: \"" + name + "\", " + measure + ", comes twice");
    }
    if (metric["ops"].count() == 0) sums.Complain("/metrics: \"" + name + "\" is of no operation");
  }
  for (const JsonView& timed : sums.run["timed"].items()) {
    const std::string name = timed["name"].text();
    if (!known.emplace(name, "").second) sums.Complain("/timed: \"" + name + "\" comes twice");
  }
}

}  // namespace ringlab
