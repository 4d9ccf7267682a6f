#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/ring/balance.h"
#include "results/format/schema.h"
#include "results/statistics/queue_growth.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"
#include "results/text/threshold.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;
using Texts = std::vector<std::string>;

constexpr double kTolerance = 1e-6;  // of a quotient that was rounded on its way

// That a figure is what follows from others, said in words.
void Follows(const std::string& path, const JsonView& figure, const std::string& from,
             std::optional<double> value, Texts& complaints) {
  if (!figure.is_there()) return;
  if (!value) {
    complaints.push_back(path + " is " + Format("%.9g", figure.number()) + ", and there is no " +
                         from + " that it could come from");
  } else if (!(std::abs(figure.number() - *value) <= kTolerance * std::max(1e-3, *value))) {
    complaints.push_back(path + " is " + Format("%.9g", figure.number()) + ", and " + from + ' ' +
                         Format("%.9g", *value));
  }
}

std::optional<double> Quotient(const JsonView& part, const JsonView& whole) {
  if (!(whole.number() > 0)) return std::nullopt;
  return part.number() / whole.number();
}

void CheckRate(const std::string& where, const JsonView& totals, Texts& complaints) {
  const JsonView elapsed = totals["elapsed_s"];
  if (!elapsed.is_there()) return;  // of an early version of sim
  Follows(where + "/achieved_qps", totals["achieved_qps"], "sent / elapsed_s",
          Quotient(totals["sent"], elapsed).value_or(0), complaints);
}

void CheckHitRatio(const std::string& where, const JsonView& cache, Texts& complaints) {
  Follows(where + "/hit_ratio", cache["hit_ratio"], "hits / gets",
          Quotient(cache["hits"], cache["gets"]), complaints);
}

// A run takes as long as it was asked to, unless somebody ended it.
void CheckDuration(const JsonView& run, Texts& complaints) {
  const double asked = run["config"]["duration_s"].number();
  const double took = run["totals"]["elapsed_s"].number();
  if (run["interrupted"].is_true() || took >= asked * (1 - kTolerance)) return;
  complaints.push_back("/totals/elapsed_s is " + Format("%.9g", took) +
                       ", less than /config/duration_s " + Format("%.9g", asked) +
                       ", of a run that was not interrupted");
}

// Of the requests that each owner got.
void CheckBalance(const JsonView& balance, Texts& complaints) {
  const std::vector<JsonView> nodes = balance["nodes"].items();
  std::vector<double> requests;
  for (const JsonView& node : nodes) {
    requests.push_back(static_cast<double>(node["requests"].count()));
  }
  const auto stats = MeasureBalance(requests);
  const auto of_nodes = [&](const char* name, double BalanceStats::* field) {
    Follows("/balance/" + std::string(name), balance[name], "of its nodes' requests",
            stats ? std::optional((*stats).*field) : std::nullopt, complaints);
  };
  of_nodes("peak_to_mean", &BalanceStats::peak_to_mean);
  of_nodes("min_to_mean", &BalanceStats::min_to_mean);
  of_nodes("cv", &BalanceStats::cv);
  of_nodes("gini", &BalanceStats::gini);
  of_nodes("jain", &BalanceStats::jain);
  const std::vector<double> shares = SharesOf(requests);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Follows("/balance/nodes/" + std::to_string(i) + "/measured_share", nodes[i]["measured_share"],
            "by the nodes' requests", shares.empty() ? std::nullopt : std::optional(shares[i]),
            complaints);
  }
}

// loadgen's, or one of another figure: of sim, or of a later version.
Result<Threshold> ReadThreshold(const std::string& text) {
  auto known = ParseThreshold(text);
  if (known) return known;
  const std::string figure = text.substr(0, text.find_first_of("<>"));
  const std::string_view names[] = {figure};
  return ParseThresholdOf(text, names);
}

void CheckThreshold(const std::string& where, const JsonView& row, Texts& complaints) {
  const auto threshold = ReadThreshold(row["threshold"].text());
  if (!threshold) {
    complaints.push_back(where + "/threshold: \"" + row["threshold"].text().substr(0, 40) +
                         "\": expected a figure and its bound");
    return;
  }
  const bool is_time = threshold->series != Series::kRun;
  const JsonView measured = row[is_time ? "measured_ns" : "measured"];
  const bool passed = row["passed"].is_true();
  if (!measured.is_there()) {
    if (passed) complaints.push_back(where + "/passed is true, and nothing was measured");
  } else if (threshold->Holds(measured.number(), row["at_least"].is_true()) != passed) {
    complaints.push_back(where + "/passed is " + (passed ? "true" : "false") + ", and " +
                         (is_time ? Time(std::clamp(measured.number(), -9e18, 9e18))
                                  : Format("%.9g", measured.number())) +
                         (passed ? " does not keep " : " keeps ") + threshold->text);
  }
}

void CheckVerdict(const JsonView& run, Texts& complaints) {
  const std::string verdict = run["verdict"].text();
  const std::size_t reasons = run["reasons"].items().size();
  if (verdict == "VALID" && reasons > 0) {
    complaints.push_back("/verdict is VALID, and /reasons has " + Plural(reasons, "reason") +
                         " why not");
  }
  if (verdict != "VALID" && reasons == 0) {
    complaints.push_back("/verdict is " + verdict + ", and /reasons has none");
  }
  const std::vector<JsonView> thresholds = run["thresholds"].items();
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const std::string where = "/thresholds/" + std::to_string(i);
    CheckThreshold(where, thresholds[i], complaints);
    if (verdict == "VALID" && !thresholds[i]["passed"].is_true()) {
      complaints.push_back("/verdict is VALID, and " + where +
                           " did not hold: " + thresholds[i]["threshold"].text().substr(0, 40));
    }
  }
}

// Whether the queue grew follows from its seconds, and the verdict from that.
void CheckQueue(const JsonView& run, Texts& complaints) {
  const JsonView queue = run["queue"];
  if (!queue.is_there()) return;
  const std::vector<JsonView> in_flight = queue["in_flight"].items();
  const std::vector<JsonView> responses = queue["response_mean_ns"].items();
  const std::vector<JsonView> asked = queue["asked"].items();
  if (in_flight.size() != responses.size() || in_flight.size() != asked.size()) {
    complaints.push_back("/queue: expected columns of one length");
    return;
  }
  std::vector<QueueSecond> seconds;
  for (std::size_t i = 0; i < in_flight.size(); ++i) {
    seconds.push_back({.in_flight = in_flight[i].number(),
                       .response_ns = responses[i].maybe(),
                       .asked = asked[i].number()});
  }
  const JsonView grew = queue["grew"];
  const auto growth = FirstGrowth(seconds);
  if (growth && !grew.is_there()) {
    complaints.push_back("/queue/grew is missing, and the queue grew after " +
                         Plural(growth->to, "second"));
  } else if (grew.is_there() && grew["to_s"].count() <= seconds.size() &&
             (!growth || growth->from != grew["from_s"].count() ||
              growth->to != grew["to_s"].count())) {
    complaints.push_back("/queue/grew is there, and its seconds do not say so");
  }
  const JsonView config = run["config"];
  const bool meant = config["failures_accepted"].number() > 0.1 || config["profile"].is_there();
  if (grew.is_there() && !meant && run["verdict"].text() != "INVALID") {
    complaints.push_back("/verdict is " + run["verdict"].text() + ", and the queue grew");
  }
}

}  // namespace

Texts ConclusionsThatDiffer(const Json& result) {
  const JsonView run(result);
  const std::string tool = run["tool"].text();
  Texts complaints;
  if (tool != "loadgen" && tool != "sim") return complaints;
  CheckVerdict(run, complaints);
  if (run["totals"].is_there()) {
    CheckRate("/totals", run["totals"], complaints);
    CheckDuration(run, complaints);
  }
  CheckQueue(run, complaints);
  CheckHitRatio("/cache", run["cache"], complaints);
  if (run["balance"].is_there()) CheckBalance(run["balance"], complaints);
  CheckRate("/loopback/totals", run["loopback"]["totals"], complaints);
  CheckHitRatio("/loopback", run["loopback"], complaints);
  for (std::string& differs : SearchConclusionsThatDiffer(result)) {
    complaints.push_back(std::move(differs));
  }
  if (complaints.size() > kComplaintsMax) complaints.resize(kComplaintsMax);
  return complaints;
}

}  // namespace ringlab
