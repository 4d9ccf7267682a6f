#include "node/front/metrics.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "core/base/latency_counts.h"
#include "node/node.h"
#include "tests/node/test_engine.h"

namespace ringlab {
namespace {

NodeOptions Options(const std::string& name) {
  return {.name = name, .groups = {{"scores", std::size_t{1} << 20}, {"odd \"\\\n", 4096}}};
}

// Gets over the node's own groups, as both fronts do.
void Ask(Node& node, const std::string& key, int times) {
  const Door door = node.door();
  for (int i = 0; i < times; ++i) {
    std::promise<void> answered;
    auto entry = std::make_shared<Entry>(door, Hop::kCaller);
    door.groups.at("scores")->Get({.group = "scores", .key = key},
                                  [&, entry](const Result<GetReply>& reply) {
                                    entry->Leave(reply);
                                    answered.set_value();
                                  });
    answered.get_future().wait();
  }
}

std::set<std::string> NamesOf(const std::vector<prometheus::MetricFamily>& families) {
  std::set<std::string> names;
  for (const auto& family : families) names.insert(family.name);
  return names;
}

// The first sample with all of these values of labels.
const prometheus::ClientMetric& SampleOf(const std::vector<prometheus::MetricFamily>& families,
                                         const std::string& name,
                                         const std::vector<std::string>& values = {}) {
  for (const auto& family : families) {
    if (family.name != name) continue;
    for (const auto& sample : family.metric) {
      const auto has = [&](const std::string& value) {
        return std::ranges::any_of(sample.label,
                                   [&](const auto& label) { return label.value == value; });
      };
      if (std::ranges::all_of(values, has)) return sample;
    }
  }
  FAIL("no such sample of " << name);
  throw 0;
}

TEST_CASE("a latency is counted in the class whose bound it does not pass") {
  LatencyCounts counts;
  counts.Add(Duration(-5));
  counts.Add(LatencyBound(0));
  counts.Add(LatencyBound(0) + Duration(1));
  counts.Add(LatencyBound(kLatencyBounds - 1));
  counts.Add(std::chrono::hours(1));
  const LatencyReading reading = counts.Read();
  REQUIRE(reading.counts[0] == 2);
  REQUIRE(reading.counts[1] == 1);
  REQUIRE(reading.counts[kLatencyBounds - 1] == 1);
  REQUIRE(reading.counts[kLatencyBounds] == 1);
  REQUIRE(reading.sum == 2 * LatencyBound(0) + Duration(1) + LatencyBound(kLatencyBounds - 1) +
                             std::chrono::hours(1));
}

TEST_CASE("what a node counted is what it tells Prometheus") {
  auto node = StartNode(Options("n0"), TestEngine()).value();
  REQUIRE(node->SetPeers({{"n0", node->address()}}));
  Ask(*node, "Tom", 5);
  const auto families = MetricFamilies(*node);
  REQUIRE(SampleOf(families, "ringlab_gets_total", {"scores", "caller"}).counter.value == 5);
  REQUIRE(SampleOf(families, "ringlab_hits_total", {"scores", "cache"}).counter.value == 4);
  REQUIRE(SampleOf(families, "ringlab_source_loads_total", {"scores", "ok"}).counter.value == 1);
  REQUIRE(SampleOf(families, "ringlab_cache_items", {"odd \"\\\n"}).gauge.value ==
          0);  // of the odd group
  REQUIRE(SampleOf(families, "ringlab_ring_members").gauge.value == 1);
  REQUIRE(SampleOf(families, "ringlab_ring_share_ratio").gauge.value == Approx(1));
  const auto& hits = SampleOf(families, "ringlab_get_duration_seconds", {"cache"}).histogram;
  REQUIRE(hits.sample_count == 4);
  REQUIRE(hits.sample_sum > 0);
  REQUIRE(hits.bucket.back().cumulative_count == 4);
  REQUIRE(SampleOf(families, "ringlab_get_duration_seconds", {"source"}).histogram.sample_count ==
          1);
  REQUIRE(SampleOf(families, "ringlab_source_load_duration_seconds").histogram.sample_count == 1);
}

TEST_CASE("how calls ended, and which limits peers reached, is told where the engine tells") {
  const auto node = StartNode(Options("n0"), TestEngine()).value();
  REQUIRE(node->SetPeers({{"n0", node->address()}}));
  TestClient client;
  client.transport().SetPeers({{"n0", node->address()}});
  std::promise<Result<NodeStats>> told;
  client.transport().Stats("n0", TimerThread::SteadyNow() + std::chrono::seconds(30),
                           [&](Result<NodeStats> stats) { told.set_value(std::move(stats)); });
  REQUIRE(told.get_future().get());
  if (TestEngine().name != "h2") return;
  const auto families = MetricFamilies(*node);
  REQUIRE(SampleOf(families, "ringlab_wire_connections").gauge.value == 1);
  REQUIRE(SampleOf(families, "ringlab_wire_calls_total", {"answered"}).counter.value == 1);
  REQUIRE(SampleOf(families, "ringlab_wire_limits_reached_total", {"pings"}).counter.value == 0);
}

TEST_CASE("a ring that nobody vouches for is told with its age") {
  const auto node = *StartNode(Options("n0"), TestEngine());
  REQUIRE(SampleOf(MetricFamilies(*node), "ringlab_ring_stale_seconds").gauge.value == 0);
  node->MarkStale(TimerThread::SteadyNow() - std::chrono::hours(1));
  const double age = SampleOf(MetricFamilies(*node), "ringlab_ring_stale_seconds").gauge.value;
  REQUIRE(age >= 3600);
  REQUIRE(age < 7200);
  node->MarkStale(std::nullopt);
  REQUIRE_FALSE(node->stale_for());
}

TEST_CASE("each family has one block with a help and a name by the conventions") {
  auto node = StartNode(Options("n0"), TestEngine()).value();
  const auto families = MetricFamilies(*node);
  REQUIRE(NamesOf(families).size() == families.size());
  for (const auto& family : families) {
    CAPTURE(family.name);
    REQUIRE_FALSE(family.help.empty());
    const bool is_count = family.type == prometheus::MetricType::Counter;
    REQUIRE(is_count == (family.name.ends_with("_total")));
  }
}

TEST_CASE("Prometheus' own checker finds nothing") {
  auto node = StartNode(Options("n0"), TestEngine()).value();
  REQUIRE(node->SetPeers({{"n0", node->address()}, {"n1", "127.0.0.1:1"}}));
  for (int i = 0; i < 20; ++i) Ask(*node, "key-" + std::to_string(i), 2);
  const std::string text = PrometheusText(*node);
  REQUIRE(text.find("ringlab_peer_calls_failed_total{peer=\"n1\"}") != std::string::npos);
  FILE* const promtool = popen("promtool check metrics", "w");
  REQUIRE(promtool != nullptr);
  REQUIRE(std::fwrite(text.data(), 1, text.size(), promtool) == text.size());
  REQUIRE(pclose(promtool) == 0);
}

TEST_CASE("every query of the dashboard names a family that there is") {
  auto node = StartNode(Options("n0"), TestEngine()).value();
  std::set<std::string> names = NamesOf(MetricFamilies(*node));
  std::ifstream file(RINGLAB_DASHBOARD);
  const auto dashboard = nlohmann::json::parse(file);
  // These come with a peer that was called, and with a database.
  const std::set<std::string> sometimes = {"ringlab_peer_circuit_state",
                                           "ringlab_peer_calls_failed_total",
                                           "ringlab_peer_calls_succeeded_total",
                                           "ringlab_peer_call_seconds_total",
                                           "ringlab_source_sessions",
                                           "ringlab_source_waiting_loads",
                                           "ringlab_source_failures_total",
                                           "ringlab_source_connects_failed_total",
                                           "ringlab_source_busy_total"};
  names.insert(sometimes.begin(), sometimes.end());
  int queries = 0;
  const std::regex name("(ringlab|process)_[a-z0-9_]+");
  const std::regex part("_(bucket|sum|count)$");
  for (const auto& panel : dashboard["panels"]) {
    for (const auto& target : panel.value("targets", nlohmann::json::array())) {
      const std::string query = target["expr"];
      CAPTURE(query);
      std::smatch found;
      REQUIRE(std::regex_search(query, found, name));
      for (auto from = query.cbegin(); std::regex_search(from, query.cend(), found, name);
           from = found.suffix().first) {
        REQUIRE(names.count(std::regex_replace(found.str(), part, "")) == 1);
      }
      ++queries;
    }
  }
  REQUIRE(queries > 20);
}

}  // namespace
}  // namespace ringlab
