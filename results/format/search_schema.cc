// A search in the result of loadgen: which keys there are, and what follows from its probes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "results/format/schema.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"
#include "results/text/threshold.h"

namespace ringlab {

namespace {

using enum Kind;
using enum Need;

constexpr SchemaRow kSearch[] = {
    {"search", kObject, kOptional},
    {"search/end", kText, kAlways},
    {"search/bounds", kList, kAlways},
    {"search/bounds/*", kText, kAlways},
    {"search/range_qps", kTimes, kAlways},
    {"search/probe_s", kAmount, kAlways},
    {"search/confirm_s", kAmount, kAlways},
    {"search/rate_qps", kAmount, kOptional},
    {"search/edge_qps", kAmount, kOptional},
    {"search/low_qps", kAmount, kOptional},
    {"search/high_qps", kAmount, kOptional},
    {"search/binding", kText, kOptional},
    {"search/growth", kAmount, kOptional},
    {"search/boundary", kText, kOptional},
    {"search/limit", kObject, kAlways},
    {"search/limit/what", kText, kAlways},
    {"search/way_down", kObject, kOptional},
    {"search/way_down/from_qps", kAmount, kAlways},
    {"search/way_down/qps", kAmount, kAlways},
    {"search/way_down/holds", kTruth, kAlways},
    {"search/way_down/recovered", kTruth, kOptional},
    {"search/probes", kList, kAlways},
    {"search/probes/*/qps", kAmount, kAlways},
    {"search/probes/*/purpose", kText, kAlways},
    {"search/probes/*/duration_s", kAmount, kAlways},
    {"search/probes/*/verdict", kVerdict, kAlways},
    {"search/probes/*/standing", kText, kAlways},
    {"search/probes/*/holds", kTruth, kOptional},
    {"search/probes/*/bounds", kList, kAlways},
    {"search/probes/*/bounds/*/threshold", kText, kAlways},
    {"search/probes/*/bounds/*/passed", kTruth, kAlways},
    {"search/probes/*/bounds/*/measured", kNumber, kOptional},
    {"search/probes/*/lost_share", kShare, kAlways},
    {"search/probes/*/hit_ratio", kShare, kOptional},
    {"search/probes/*/limit", kObject, kAlways},
    {"search/probes/*/limit/what", kText, kAlways},
};

using Texts = std::vector<std::string>;

// A probe that holds has every bound, and each bound what its figure says.
void CheckProbe(const std::string& where, const JsonView& probe, Texts& complaints) {
  bool all = true;
  for (const JsonView& row : probe["bounds"].items()) {
    const bool passed = row["passed"].is_true();
    all = all && passed;
    const auto threshold = ParseThreshold(row["threshold"].text());
    if (!threshold) continue;  // of a later version
    const JsonView measured = row[threshold->series != Series::kRun ? "measured_ns" : "measured"];
    const bool keeps =
        measured.is_there() && threshold->Holds(measured.number(), row["at_least"].is_true());
    if (passed != keeps) {
      complaints.push_back(where + ": " + threshold->text + " is said " +
                           (passed ? "to hold, and its figure does not" : "not to, and it does"));
    }
  }
  if (probe["holds"].is_true() && (!all || probe["verdict"].text() != "VALID")) {
    complaints.push_back(where + "/holds is true, and a bound does not hold, or it is not VALID");
  }
}

}  // namespace

std::span<const SchemaRow> SearchSchema() { return kSearch; }

Texts SearchConclusionsThatDiffer(const nlohmann::ordered_json& result) {
  const JsonView search = JsonView(result)["search"];
  Texts complaints;
  if (!search.is_there()) return complaints;
  const std::vector<JsonView> probes = search["probes"].items();
  const double rate = search["rate_qps"].number();
  bool confirmed = false;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    CheckProbe("/search/probes/" + std::to_string(i), probes[i], complaints);
    confirmed = confirmed || (probes[i]["purpose"].text() == "confirm" &&
                              probes[i]["holds"].is_true() && probes[i]["qps"].number() == rate);
  }
  if (!search["rate_qps"].is_there()) return complaints;
  if (!confirmed) {
    complaints.push_back("/search/rate_qps is " + Format("%.9g", rate) +
                         ", and no confirming probe of /search/probes held there");
  }
  const double low = search["low_qps"].is_there() ? search["low_qps"].number() : 0;
  const double high = search["high_qps"].is_there() ? search["high_qps"].number()
                                                    : std::numeric_limits<double>::max();
  if (rate < low || rate > high) {
    complaints.push_back("/search/rate_qps is " + Format("%.9g", rate) +
                         ", outside of low_qps to high_qps");
  }
  return complaints;
}

}  // namespace ringlab
