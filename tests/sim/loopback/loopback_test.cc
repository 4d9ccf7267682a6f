// Nodes over real gRPC. Times are generous and nothing here asserts a speed.
#include "sim/loopback/loopback.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

#include "node/live/file_limit.h"
#include "sim/loopback/run.h"
#include "tests/support/answers.h"

namespace ringlab {
namespace {

LoopbackOptions Options(int nodes) {
  LoopbackOptions options{.ring = {.dialect = "xx64", .replicas = 40}};
  for (int i = 0; i < nodes; ++i) options.nodes.push_back({"node-" + std::to_string(i)});
  options.source.latency = std::chrono::milliseconds(1);
  return options;
}

std::unique_ptr<LoopbackCluster> LoopbackStart(const LoopbackOptions& options) {
  auto cluster = LoopbackCluster::Start(options);
  if (!cluster) FAIL(cluster.error().message);
  return *std::move(cluster);
}

LoopbackPlan Ask(std::uint64_t requests, std::uint64_t keys = 100) {
  LoopbackPlan plan;
  plan.keys = keys;
  plan.client.requests = requests;
  return plan;
}

bool Always(const LoopbackProgress&) { return true; }

void RequireWhole(const LoopbackResult& result) {
  REQUIRE(result.problems == std::vector<std::string>());
  REQUIRE(CheckIdentities(result.client.totals).empty());
  REQUIRE(result.client.totals.wrong_values == 0);
  REQUIRE(result.client.in_flight == 0);
}

TEST_CASE("eight nodes serve the shares that their ring predicts", "[long]") {
  const auto cluster = LoopbackStart(Options(8));
  const auto result = RunLoopback(*cluster, Ask(30'000, 5000), Always);
  REQUIRE(result);
  RequireWhole(*result);
  REQUIRE(result->client.totals.ok == 30'000);
  REQUIRE(result->nodes.size() == 8);
  double expected = 0;
  double measured = 0;
  std::uint64_t requests = 0;
  for (const LoopbackNode& node : result->nodes) {
    CAPTURE(node.name);
    expected += node.expected_share;
    measured += node.measured_share;
    requests += node.requests;
    // Five standard deviations of a count of 30,000.
    const double spread = std::sqrt(node.expected_share / 30'000);
    REQUIRE(std::abs(node.measured_share - node.expected_share) < 5 * spread);
  }
  REQUIRE(expected == Approx(1));
  REQUIRE(measured == Approx(1));
  REQUIRE(requests == 30'000);  // each request has one owner, by the nodes' own counts
  // The keys are the seed's and every request counts once, so the statistic is the same always.
  REQUIRE(result->chi_square_cells == 8);
  REQUIRE(result->chi_square_p.value() > 0.001);
  REQUIRE(result->hit_ratio.value() > 0.5);
  REQUIRE(result->forwarded_fraction.value() < 7.0 / 8 + 0.05);
  REQUIRE(result->source_loads == result->sum.source_loads);
  REQUIRE(result->source_loads <= 5000);  // nothing is evicted: each key is loaded once at most
}

TEST_CASE("traffic at planned times has latencies from those times") {
  const auto cluster = LoopbackStart(Options(2));
  LoopbackPlan plan = Ask(1000);
  plan.qps = 2000;
  const auto result = RunLoopback(*cluster, plan, Always);
  REQUIRE(result);
  RequireWhole(*result);
  REQUIRE(result->client.totals.scheduled == 1000);
  REQUIRE(result->client.response.count() == result->client.totals.sent);
  REQUIRE(result->client.response.max() >= result->client.service.max());
}

TEST_CASE("a run that is stopped reports what it sent") {
  const auto cluster = LoopbackStart(Options(3));
  const auto result =
      RunLoopback(*cluster, Ask(1'000'000'000),
                  [](const LoopbackProgress& progress) { return progress.totals.ok < 100; });
  REQUIRE(result);
  RequireWhole(*result);
  REQUIRE(result->interrupted);
  REQUIRE(result->client.totals.ok >= 100);
}

TEST_CASE("a run with nonsense in its plan sends nothing") {
  const auto cluster = LoopbackStart(Options(2));
  REQUIRE(RunLoopback(*cluster, Ask(10, 0), Always).error().code == Code::kInvalidArgument);
  LoopbackPlan plan = Ask(10);
  plan.script = {{ChurnVerb::kKill, "node-7", {}}};
  const auto refused = RunLoopback(*cluster, plan, Always);
  REQUIRE(refused.error().message.find("no such node") != std::string::npos);
  REQUIRE(cluster->counts().sum.gets == 0);
}

TEST_CASE("fifty nodes start and serve and stop, over and over") {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::uint64_t> told;
    auto started = LoopbackCluster::Start(Options(50), [&](std::uint64_t nodes) {
      told.push_back(nodes);
      return true;
    });
    REQUIRE(started);
    REQUIRE(told == std::vector<std::uint64_t>{50});
    LoopbackCluster& cluster = **started;
    REQUIRE(cluster.living().size() == 50);
    const auto result = RunLoopback(cluster, Ask(500), Always);
    REQUIRE(result);
    RequireWhole(*result);
    cluster.Stop();
    REQUIRE(cluster.living().empty());
    REQUIRE(cluster.counts().sum.gets >= 500);  // what the nodes counted outlives them
    cluster.Stop();                             // idempotent
  }
}

TEST_CASE("a start can be given up") {
  const auto cluster =
      LoopbackCluster::Start(Options(60), [](std::uint64_t) { return false; });
  REQUIRE_FALSE(cluster);
  REQUIRE(cluster.error().code == Code::kCancelled);
}

TEST_CASE("a cluster stops in time though its loads take an hour") {
  LoopbackOptions options = Options(3);
  options.source.latency = std::chrono::hours(1);
  options.load_timeout = std::chrono::hours(2);
  const auto cluster = LoopbackStart(options);
  Answers answers;
  for (int i = 0; i < 30; ++i) {
    const std::string key = "key-" + std::to_string(i);
    cluster->client().Get("node-" + std::to_string(i % 3), {.group = "default", .key = key},
                          answers.Callback());
  }
  while (cluster->counts().sum.source_loads < 30) std::this_thread::yield();
  cluster->Stop(std::chrono::milliseconds(50));
  REQUIRE(answers.WaitFor(30));
  for (std::size_t i = 0; i < 30; ++i) REQUIRE_FALSE(answers.at(i));
}

TEST_CASE("connecting opens one connection to each node that lives") {
  const auto cluster = LoopbackStart(Options(40));
  const std::uint64_t before = OpenFiles();
  REQUIRE(cluster->Connect());
  REQUIRE(OpenFiles() >= before + 80);  // both ends of each
  REQUIRE(cluster->Connect());
  REQUIRE(OpenFiles() <= before + 80 + 10);
  cluster->Kill("node-7");
  REQUIRE(cluster->Connect());  // it asks who lives
  REQUIRE(cluster->living().size() == 39);
}

TEST_CASE("rings that cannot be built and names that come twice start nothing") {
  LoopbackOptions options = Options(2);
  options.ring.dialect = "square";
  REQUIRE(LoopbackCluster::Start(options).error().code == Code::kInvalidArgument);
  options = Options(2);
  options.nodes.push_back(options.nodes.front());
  REQUIRE(LoopbackCluster::Start(options).error().code == Code::kInvalidArgument);
}

}  // namespace
}  // namespace ringlab
