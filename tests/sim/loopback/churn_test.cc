// Churn over real gRPC: nobody is lost, whatever happens to the nodes.
#include "sim/loopback/churn.h"

#include <catch2/catch.hpp>
#include <set>

#include "sim/loopback/run.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<LoopbackCluster> Start(int nodes, const std::string& dialect = "xx64") {
  LoopbackOptions options{.ring = {.dialect = dialect, .replicas = 40}};
  for (int i = 0; i < nodes; ++i) options.nodes.push_back({"node-" + std::to_string(i)});
  auto cluster = LoopbackCluster::Start(options);
  if (!cluster) FAIL(cluster.error().message);
  return *std::move(cluster);
}

LoopbackPlan Plan(std::string_view script) {
  LoopbackPlan plan{.keys = 2000, .script = *ParseScript(script), .detect = milliseconds(200)};
  plan.client.concurrency = 16;
  return plan;
}

LoopbackResult Run(LoopbackCluster& cluster, const LoopbackPlan& plan) {
  auto result = RunLoopback(cluster, plan, [](const LoopbackProgress&) { return true; });
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}

double Sum(const std::vector<ChurnShare>& shares, std::optional<double> ChurnShare::* field) {
  double sum = 0;
  for (const ChurnShare& share : shares) sum += (share.*field).value_or(0);
  return sum;
}

void RequireAllAccountedFor(const LoopbackResult& result) {
  const ClientTotals& totals = result.client.totals;
  CAPTURE(result.client.first_error.code, result.client.first_error.message);
  REQUIRE(result.problems == std::vector<std::string>());
  REQUIRE(CheckIdentities(totals).empty());
  REQUIRE(totals.ok == totals.sent);  // who lost its node found another
  REQUIRE(totals.wrong_values == 0);
}

TEST_CASE("a kill and a join and a leave under traffic lose no request") {
  const auto cluster = Start(3);
  const LoopbackResult result =
      Run(*cluster, Plan("kill node-1 @300ms; join node-9 @1500ms; leave node-0 @2700ms"));
  RequireAllAccountedFor(result);
  REQUIRE(cluster->living() == std::vector<std::string>{"node-2", "node-9"});
  REQUIRE(cluster->ring()->nodes() == cluster->living());

  const std::vector<ChurnEvent>& events = result.churn.events;
  REQUIRE(events.size() == 3);
  REQUIRE(result.churn.not_played.empty());
  REQUIRE(events[0].began >= milliseconds(300));
  REQUIRE(events[0].told >= events[0].step.at + milliseconds(200));  // --detect
  REQUIRE(events[1].told >= events[1].began);
  const std::size_t nodes[] = {3, 2, 3, 2};
  for (std::size_t i = 0; i < 3; ++i) {
    const ChurnEvent& event = events[i];
    CAPTURE(ToText(event.step));
    REQUIRE(event.nodes_before == nodes[i]);
    REQUIRE(event.nodes_after == nodes[i + 1]);
    REQUIRE(event.moved > 0.1);  // a third, as 40 replicas cut it
    REQUIRE(event.moved < 0.6);
    REQUIRE(event.spurious == 0);
    REQUIRE(event.during.requests > 0);
    REQUIRE(event.before.requests > 0);
    REQUIRE(event.during.length >= Churn::kWindow);
    REQUIRE(Sum(event.shares, &ChurnShare::old_expected) == Approx(1));
    REQUIRE(Sum(event.shares, &ChurnShare::new_expected) == Approx(1));
    REQUIRE(Sum(event.shares, &ChurnShare::old_measured) == Approx(1).margin(0.01));
    REQUIRE(Sum(event.shares, &ChurnShare::new_measured) == Approx(1).margin(0.01));
  }
  REQUIRE(events[0].during.failovers > 0);  // the client met the dead node
  REQUIRE(events[0].during.fallbacks > 0);  // and so did the others
  REQUIRE(result.client.totals.failovers > 0);
}

TEST_CASE("a node that was killed may come back before its death is known") {
  const auto cluster = Start(3);
  LoopbackPlan plan = Plan("kill node-1 @200ms; join node-1 @300ms");
  plan.detect = std::chrono::seconds(60);
  plan.client.duration = std::chrono::seconds(1);
  const LoopbackResult result = Run(*cluster, plan);
  RequireAllAccountedFor(result);
  REQUIRE(cluster->living().size() == 3);
  REQUIRE(result.churn.events.size() == 2);
}

TEST_CASE("steps that a short run does not reach are named") {
  const auto cluster = Start(2);
  LoopbackPlan plan = Plan("leave node-0 @100ms; join node-7 @60s");
  plan.client.duration = milliseconds(500);
  const LoopbackResult result = Run(*cluster, plan);
  RequireAllAccountedFor(result);
  REQUIRE(result.churn.events.size() == 1);
  REQUIRE(result.churn.not_played == std::vector<std::string>{"join node-7 @60.0s"});
}

TEST_CASE("counts by owner lose nothing over changes of the ring") {
  const auto cluster = Start(3);
  const LoopbackResult result = Run(*cluster, Plan("leave node-2 @300ms; join node-5 @600ms"));
  RequireAllAccountedFor(result);
  const LoopbackCounts counts = cluster->counts();
  std::uint64_t owned = 0;
  for (const auto& [node, count] : counts.owned) owned += count;
  REQUIRE(owned == counts.sum.gets - counts.sum.gets_from_peers);
  REQUIRE(counts.owned.at("node-5") > 0);
}

}  // namespace
}  // namespace ringlab
