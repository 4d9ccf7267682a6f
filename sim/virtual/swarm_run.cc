#include "sim/virtual/swarm_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/group/stats.h"
#include "sim/virtual/cluster.h"
#include "sim/virtual/history.h"
#include "sim/virtual/swarm_client.h"
#include "sim/virtual/swarm_trouble.h"

namespace ringlab {

namespace {

constexpr std::size_t kFindingsMax = 8;
constexpr Duration kLookEvery = std::chrono::milliseconds(50);

HistoryRules RulesOf(const SwarmPlan& plan) {
  const LayersOptions& layers = plan.node.group.layers;
  return {.source_version = plan.origin.values.version,
          .evicts = plan.node.groups.front().bytes < (std::size_t{1} << 20),
          .ttl = layers.ttl,
          .stale_for = layers.stale_for,
          .hot_ttl = layers.hot_ttl,
          .handover = plan.node.handover,
          .load_timeout = plan.node.load_timeout + std::chrono::milliseconds(100)};
}

const Group& GroupOf(const Node& node) { return *node.groups().begin()->second; }

// The run of one plan.
class SwarmRun {
 public:
  explicit SwarmRun(const SwarmPlan& plan)
      : plan_(plan),
        cluster_({.names = plan.names,
                  .node = plan.node,
                  .network = plan.network,
                  .origin = plan.origin,
                  .seed = plan.seed}),
        history_(RulesOf(plan)),
        trouble_(cluster_, history_, plan),
        client_(cluster_, history_, plan, [this](std::string invariant, std::string what) {
          Found(std::move(invariant), std::move(what));
        }) {}

  Result<SwarmOutcome> Run(MessageLog* log);

 private:
  void Found(std::string invariant, std::string what);
  void LookEvery();
  void CheckAlways();
  void CheckLoads();
  void CheckWell();
  SwarmOutcome Outcome();

  const SwarmPlan& plan_;
  VirtualCluster cluster_;
  History history_;
  SwarmTrouble trouble_;
  SwarmClient client_;
  TimePoint start_{};
  std::vector<SwarmFinding> findings_;
};

void SwarmRun::Found(std::string invariant, std::string what) {
  if (findings_.size() >= kFindingsMax) return;
  findings_.push_back({std::move(invariant), std::move(what), cluster_.time().Now() - start_});
}

Result<SwarmOutcome> SwarmRun::Run(MessageLog* log) {
  cluster_.network().SetLog(log);
  for (const std::string& name : plan_.names) {
    if (auto started = cluster_.Start(name, plan_.names); !started) {
      return tl::unexpected<Error>(started.error());
    }
  }
  VirtualTime& time = cluster_.time();
  time.RunUntil(time.Now() + std::chrono::seconds(1));
  start_ = time.Now();
  if (log != nullptr) log->TrafficBegins(start_);
  cluster_.origin().SetPatience(plan_.node.load_timeout);
  trouble_.Run(start_);
  const TimePoint end = start_ + plan_.trouble + SwarmPlan::kSettle;
  client_.Run(end, [this] { trouble_.Look(); });
  LookEvery();
  time.RunUntil(end);
  client_.AskAll();
  time.RunUntil(end + plan_.load.timeout + plan_.node.load_timeout + std::chrono::seconds(1));
  CheckWell();
  return Outcome();
}

void SwarmRun::LookEvery() {
  trouble_.Look();
  trouble_.LookAtCircuits();
  CheckAlways();
  CheckLoads();
  cluster_.time().At(cluster_.time().Now() + kLookEvery, cluster_.client_host(),
                     [this] { LookEvery(); });
}

void SwarmRun::CheckAlways() {
  for (const std::string& name : cluster_.living()) {
    const GroupStats stats = GroupOf(*cluster_.node(name)).stats();
    if (stats.cache.used_bytes > stats.cache.budget_bytes) {
      Found("budget", name + " holds " + std::to_string(stats.cache.used_bytes) + " bytes of " +
                          std::to_string(stats.cache.budget_bytes));
    }
  }
}

// One load a key and flight: of callers and of peers with another ring, and more for each write,
// which overtakes loads where it is taken, where it was asked for, and where a copy is taken back.
void SwarmRun::CheckLoads() {
  const Origin::Most most = cluster_.origin().TakeMost();
  if (most.loads <= 2) return;
  const TimePoint now = cluster_.time().Now();
  const std::size_t writes = history_.WritesOf(SwarmClient::IndexOf(most.key),
                                               now - plan_.node.load_timeout - 2 * kLookEvery);
  if (most.loads > 2 + 3 * writes) {
    Found("one-load", most.host + " had " + std::to_string(most.loads) + " loads of " + most.key +
                          " under way at once");
  }
}

void SwarmRun::CheckWell() {
  if (client_.counts().in_flight > 0) {
    Found("answered-once",
          std::to_string(client_.counts().in_flight) + " calls were never answered");
  }
  std::optional<std::uint64_t> ring;
  for (const std::string& name : plan_.names) {
    Node* const node = cluster_.node(name);
    if (node == nullptr) {
      Found("healed", name + " does not live");
      continue;
    }
    const std::uint64_t its = node->view()->ring->fingerprint();
    if (ring.value_or(its) != its) Found("healed", name + " has another ring than the others");
    if (node->view()->ring->nodes() != plan_.names) {
      std::string ring_of;
      for (const std::string& on_it : node->view()->ring->nodes()) ring_of += " " + on_it;
      Found("healed",
            name + " has a ring of" + ring_of + (node->aside() ? ", and stands aside" : ""));
    }
    ring = its;
    if (const std::size_t open = node->peers().stats().open; open > 0) {
      Found("healed", name + " has " + std::to_string(open) + " circuits open");
    }
    const GroupStats stats = GroupOf(*node).stats();
    if (const std::string broken = CheckIdentities(stats); !broken.empty()) {
      Found("counts", name + ": " + broken);
    }
    const Admission& door = node->admission();
    if (door.stats(Hop::kCaller).in_flight + door.stats(Hop::kPeer).in_flight > 0) {
      Found("healed", name + " still has requests at work");
    }
  }
}

SwarmOutcome SwarmRun::Outcome() {
  SwarmOutcome outcome;
  outcome.seed = plan_.seed;
  outcome.hash = cluster_.time().hash();
  outcome.events = cluster_.time().events();
  outcome.requests = client_.counts().sent;
  outcome.answered = client_.counts().answered;
  outcome.compared = client_.counts().compared;
  outcome.failed = client_.counts().failed;
  outcome.virtual_time = cluster_.time().Now() - start_;
  outcome.faults = trouble_.happened();
  outcome.traffic = cluster_.network().traffic();
  for (const auto& host : cluster_.network().hosts()) outcome.hosts.push_back(host->name);
  outcome.findings = findings_;
  return outcome;
}

}  // namespace

Result<SwarmOutcome> RunSwarm(const SwarmPlan& plan, MessageLog* log) {
  SwarmRun run(plan);
  return run.Run(log);
}

}  // namespace ringlab
