#include "sim/report/curves.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/group/layers.h"
#include "results/text/curves_text.h"
#include "results/text/json_fit.h"
#include "results/text/json_view.h"
#include "results/text/text_page.h"

namespace ringlab {

namespace {

// Of a group's bytes, with the defaults, those of its main layer: what a curve is about.
double MainShare() {
  const LayersOptions layers;
  return 1 - layers.hot_share - layers.negative_share;
}

}  // namespace

nlohmann::ordered_json ToJson(const CurveResult& result) {
  using Json = nlohmann::ordered_json;
  Json json{{"mrc",
             {{"nodes", result.nodes},
              {"requests", result.requests},
              {"warm_up", result.warm_up},
              {"absent", result.absent},
              {"first_share", result.first_share},
              {"entries", result.entries},
              {"bytes", result.bytes},
              {"rate", result.rate},
              {"main_share", MainShare()}}},
            {"curves", Json::array()}};
  for (const PolicyCurve& of : result.curves) {
    Json curve{{"policy", PolicyName(of.policy)}, {"scope", of.node ? "node" : "cluster"}};
    if (of.node) curve["node"] = *of.node;
    curve["bytes"] = of.curve.bytes;
    curve["hit_ratio"] = of.curve.hit_ratio;
    curve["memory_for"] = Json::object();
    for (const HitTarget& target : kHitTargets) {
      if (const auto bytes = MemoryFor(of.curve, target.hit_ratio)) {
        curve["memory_for"][std::string(target.name)] = *bytes;
      }
    }
    json["curves"].push_back(std::move(curve));
  }
  MakeFitToPrint(json);
  return json;
}

std::string CurvesText(const CurveResult& result) {
  const nlohmann::ordered_json json = ToJson(result);
  Page page;
  PrintCurves(JsonView(json), page);
  return std::move(page).text();
}

}  // namespace ringlab
