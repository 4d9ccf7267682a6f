// What a change of a cluster costs in messages, bytes and loads: the same on every machine.
//
//   cluster_figures        JSON to stdout, in the form of exact_bench, which it completes
//
// Whole nodes in virtual time (sim/virtual), so that each message is counted. What an event costs
// is the difference of two runs, with it and without, of the same load by the same seed.
#include <cstdint>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "node/live/environment.h"
#include "sim/virtual/cluster.h"
#include "tests/bench/exact_figures.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

constexpr std::size_t kNodes = 8;
constexpr std::uint64_t kKeys = 4'000;
constexpr Duration kBetweenGets = std::chrono::microseconds(500);

std::vector<std::string> Names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("node-" + std::to_string(i));
  return names;
}

struct Cost {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t loads = 0;  // from the source
};

class Trial {
 public:
  Trial() : cluster_(Options()) {}

  void Start(const std::string& name, const std::vector<std::string>& list) {
    RL_CHECK(cluster_.Start(name, list).has_value());
  }

  void StartAll() {
    for (const std::string& name : Names(kNodes)) Start(name, Names(kNodes));
  }

  void Wait(Duration length) { cluster_.time().RunUntil(cluster_.time().Now() + length); }

  // As many Gets as `key_of` has answers for, of the first nodes in turn; and until all are
  // answered.
  void Ask(std::uint64_t gets, const std::function<std::string(std::uint64_t)>& key_of) {
    VirtualTime& time = cluster_.time();
    std::uint64_t answered = 0;
    for (std::uint64_t i = 0; i < gets; ++i) {
      time.At(time.Now() + static_cast<std::int64_t>(i) * kBetweenGets, cluster_.client_host(),
              [this, &answered, key = key_of(i), to = Names(kNodes - 1)[i % (kNodes - 1)]] {
                const GetRequest request{.group = "default", .key = key};
                cluster_.client().Get(to, request, [&answered](Result<GetReply> reply) {
                  answered += reply ? 1 : 0;
                });
              });
    }
    Wait(static_cast<std::int64_t>(gets) * kBetweenGets + seconds(2));
    RL_CHECK(answered == gets);
  }

  void AskAll() {
    Ask(kKeys, [](std::uint64_t i) { return "key-" + std::to_string(i); });
  }

  VirtualCluster& cluster() { return cluster_; }

  // Since the start.
  Cost cost() {
    Cost sum;
    for (const VirtualNetwork::Traffic& traffic : cluster_.network().traffic()) {
      sum.messages += traffic.sent;
      sum.bytes += traffic.bytes;
    }
    sum.loads = cluster_.origin().loads();
    return sum;
  }

 private:
  static VirtualClusterOptions Options() {
    VirtualClusterOptions options{.names = Names(kNodes + 1)};
    options.node.announce = true;
    options.node.handover = seconds(10);
    return options;
  }

  VirtualCluster cluster_;
};

// A cluster that holds all keys, and what it costs to ask for them again while `event` happens.
Cost WhileWarm(const std::function<void(VirtualCluster&)>& event) {
  Trial trial;
  trial.StartAll();
  trial.Wait(seconds(5));
  trial.AskAll();
  event(trial.cluster());
  trial.AskAll();
  trial.Wait(seconds(20));
  return trial.cost();
}

Cost ColdStart() {
  Trial trial;
  trial.StartAll();
  trial.Wait(seconds(10));
  return trial.cost();
}

Cost HotKey(std::uint64_t gets) {
  Trial trial;
  trial.StartAll();
  trial.Wait(seconds(5));
  trial.Ask(gets, [](std::uint64_t) { return "hot"; });
  return trial.cost();
}

Cost Difference(const Cost& with, const Cost& without) {
  const auto less = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; };
  return {less(with.messages, without.messages), less(with.bytes, without.bytes),
          less(with.loads, without.loads)};
}

void Add(const std::string& name, const Cost& cost, std::uint64_t ops,
         std::vector<ExactFigure>& figures) {
  figures.push_back({name + "_messages", "figure", cost.messages, ops});
  figures.push_back({name + "_message_bytes", "figure", cost.bytes, ops});
  figures.push_back({name + "_source_loads", "figure", cost.loads, ops});
}

std::vector<ExactFigure> ClusterFigures() {
  constexpr std::uint64_t kHotGets = 20'000;
  std::vector<ExactFigure> figures;
  const Cost calm = WhileWarm([](VirtualCluster&) {});
  Add("cluster_cold_start", ColdStart(), 1, figures);
  Add("cluster_join",
      Difference(WhileWarm([](VirtualCluster& cluster) {
                   const std::string& last = cluster.names().back();
                   RL_CHECK(cluster.Start(last, cluster.names()).has_value());
                   cluster.TellList(cluster.names(), Duration::zero());
                 }),
                 calm),
      1, figures);
  Add("cluster_leave",
      Difference(WhileWarm([](VirtualCluster& cluster) {
                   const auto rest = Names(kNodes - 1);
                   cluster.Leave(Names(kNodes).back(), seconds(1));
                   cluster.TellList(rest, Duration::zero());
                 }),
                 calm),
      1, figures);
  Add("cluster_hot_key", Difference(HotKey(kHotGets), HotKey(0)), kHotGets, figures);
  return figures;
}

int Main() {
  nlohmann::ordered_json result{{"schema_version", 1}, {"tool", "bench"}, {"suite", "micro"}};
  result["started_at"] = UtcNow();
  for (const auto& [name, fact] : DescribeEnvironment()) result["environment"][name] = fact;
  result["metrics"] = nlohmann::ordered_json::array();
  for (const ExactFigure& figure : ClusterFigures()) {
    result["metrics"].push_back({{"name", figure.name},
                                 {"measure", figure.measure},
                                 {"total", figure.total},
                                 {"ops", figure.ops}});
  }
  std::cout << result.dump(1) << '\n';
  return 0;
}

}  // namespace
}  // namespace ringlab

int main() { return ringlab::Main(); }
