#include "loadgen/judge/slow_stages.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/judge/figures.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr double kMost = 0.4;        // of the time of the slowest
constexpr double kHot = 0.1;         // of the requests, for one key
constexpr double kUneven = 1.5;      // times an equal share
constexpr double kWholeCore = 0.85;  // of a core
constexpr double kOfAll = 0.1;       // of all time that gets took; less, and it is no limit

// Of what is known of the node, the likeliest reason.
std::string WhyNodeIsSlow(const RunResult& run, const NodeResult& node) {
  const auto nodes = static_cast<double>(run.nodes.size());
  std::string cpu;
  if (node.cpu_cores) {
    double others = 0;
    for (const NodeResult& each : run.nodes) others += each.cpu_cores.value_or(0);
    others = (others - *node.cpu_cores) / std::max(1.0, nodes - 1);
    cpu = Format("; it used %.2f cores, the others %.2f", *node.cpu_cores, others);
  }
  const std::uint64_t sent = run.measured.totals.sent;
  if (run.popularity && !run.popularity->hottest.empty()) {
    const PopularKey& hottest = run.popularity->hottest.front();
    const double share = FractionOf(hottest.requests, sent).value_or(0);
    if (hottest.owner == node.name && share >= kHot) {
      return Format("; it owns the hottest key, %s, of %.0f %% of the requests: a hot key",
                    hottest.key.c_str(), 100 * share) +
             cpu;
    }
  }
  if (node.measured_share && *node.measured_share * nodes >= kUneven) {
    return Format("; it owns %.0f %% of the requests' keys: its share of the ring",
                  100 * *node.measured_share) +
           cpu;
  }
  if (node.cpu_cores && *node.cpu_cores < kWholeCore) {
    return cpu + ": it gets too little CPU, or the way to it is slow";
  }
  return cpu;
}

std::optional<Limit> OneNode(const RunResult& run) {
  const auto slow = FindSlowNode(*run.stages);
  if (!slow || slow->node >= run.nodes.size() || slow->of_all < kOfAll) return std::nullopt;
  const NodeResult& node = run.nodes[slow->node];
  return Limit{.what = "node-cpu",
               .node = node.name,
               .why = node.name + " is slow: " +
                      (slow->as_owner ? "asked by other nodes, it held gets up for "
                                      : "it held gets up for ") +
                      Time(slow->mean_ns) + " (mean), the others for " + Time(slow->others_ns) +
                      WhyNodeIsSlow(run, node)};
}

struct StageLimit {
  std::vector<Stage> stages;
  const char* what;
  const char* text;
};

}  // namespace

Limit LimitByStages(const RunResult& run) {
  if (!run.stages || !run.stages->slowest) return {};
  if (auto limit = OneNode(run)) return *std::move(limit);
  const StageLimit limits[] = {
      {{Stage::kSource}, "source", "waiting for the source"},
      {{Stage::kSendLag, Stage::kClient}, "loadgen", "in loadgen, before they were sent"},
      {{Stage::kQueue, Stage::kHandler},
       "node-cpu",
       "in the nodes, at work or waiting for a thread"},
      {{Stage::kHop}, "peer-link", "on the way to the keys' owners and back"},
      {{Stage::kNetwork}, "network", "between loadgen and the nodes, or until a node read them"}};
  const auto share_of = [&](const StageLimit& limit) {
    double share = 0;
    for (const Stage stage : limit.stages) share += run.stages->share_of_slowest(stage);
    return share;
  };
  const StageLimit& most = *std::ranges::max_element(limits, {}, share_of);
  if (share_of(most) < kMost) return {};
  return {.what = most.what,
          .why = Format("the slowest 1 %% of the gets, from %s on, spent %.0f %% of their time ",
                        Time(run.stages->slowest->from_ns).c_str(), 100 * share_of(most)) +
                 most.text};
}

}  // namespace ringlab
