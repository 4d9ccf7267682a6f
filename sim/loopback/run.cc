#include "sim/loopback/run.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "loadgen/plan/expected_shares.h"
#include "node/live/process_usage.h"
#include "sim/plan/trace_counts.h"
#include "sim/skew/chi_square.h"

namespace ringlab {

namespace {

// Closed loop asks for the plan's keys, whatever their times: a plan that is never over.
constexpr Duration kEndless = Duration::max();

Result<Workload> PlanOf(const LoopbackPlan& plan) {
  const bool open = plan.qps > 0;
  return Workload::Create({.seed = plan.seed,
                           .process = open ? plan.process : ArrivalProcess::kConstant,
                           .qps = open ? plan.qps : Arrivals::kMaxRate,
                           .profile = plan.profile,
                           .duration = kEndless,
                           .keys = plan.keys,
                           .zipf_s = plan.zipf_s,
                           .drift = plan.drift,
                           .trace = plan.trace});
}

ClientOptions OptionsOf(const LoopbackPlan& plan) {
  ClientOptions options = plan.client;
  options.open_loop = plan.qps > 0;
  if (plan.profile) {
    options.requests = std::numeric_limits<std::uint64_t>::max();
    options.duration = plan.profile->length();
  }
  if (plan.script.empty()) return options;
  options.requests = std::numeric_limits<std::uint64_t>::max();
  const TimePoint last = SaturatingAdd(TimePoint(plan.script.back().at), plan.detect);
  options.duration =
      std::min(options.duration, SaturatingAdd(last, LoopbackPlan::kSettle).time_since_epoch());
  return options;
}

std::vector<double> Expected(const Workload& workload, const Ring& ring) {
  std::string key;
  return ExpectedShares(workload.zipf(), workload.scatter(), ring.Shares(),
                        [&](std::uint64_t key_index) {
                          key.clear();
                          AppendKey(key_index, key);
                          return ring.OwnerOf(key);
                        });
}

double Fraction(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<std::uint64_t> CountsOf(const Ring& ring, const OwnerCounts& owned) {
  std::vector<std::uint64_t> counts;
  for (const std::string& name : ring.nodes()) {
    const auto found = owned.find(name);
    counts.push_back(found == owned.end() ? 0 : found->second);
  }
  return counts;
}

std::uint64_t SumOf(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// `lawful`: the popularity stays, so that chance alone is between expected and measured shares.
void FillNodes(const LoopbackCluster& cluster, const std::vector<double>& expected,
               const std::vector<std::uint64_t>& counts, bool lawful, LoopbackResult& result) {
  const std::uint64_t all = SumOf(counts);
  if (all == 0) return;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    result.nodes.push_back({.name = cluster.ring()->nodes()[i],
                            .expected_share = expected[i],
                            .measured_share = Fraction(counts[i], all),
                            .requests = counts[i]});
  }
  const auto test = TestCounts(counts, expected);
  if (!lawful || !test) return;
  result.chi_square = test->statistic;
  result.chi_square_p = test->p_high;
  result.chi_square_cells = test->cells;
}

// What was scheduled of a trace, by the nodes that own its keys, beside what these counted.
std::optional<Error> FillNodesOfTrace(const LoopbackCluster& cluster, const Workload& plan,
                                      const std::vector<std::uint64_t>& counts,
                                      LoopbackResult& result) {
  const ClientTotals& t = result.client.totals;
  const Ring& ring = *cluster.ring();
  const auto gets = CountGetsByOwner(plan, t.scheduled, ring);
  if (!gets) return gets.error();
  const std::uint64_t all = SumOf(*gets);
  if (all == 0) return std::nullopt;
  std::vector<double> expected;
  for (const std::uint64_t of_node : *gets) expected.push_back(Fraction(of_node, all));
  FillNodes(cluster, expected, counts, false, result);
  if (t.errors + t.timeouts + t.skipped + t.failovers > 0) return std::nullopt;
  result.as_trace = *gets == counts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == (*gets)[i]) continue;
    result.problems.push_back("node " + ring.nodes()[i] + " owned " + std::to_string(counts[i]) +
                              " gets, the trace has " + std::to_string((*gets)[i]) +
                              " for its keys");
  }
  return std::nullopt;
}

void FillCache(const GroupStats& sum, LoopbackResult& result) {
  result.sum = sum;
  result.source_loads = sum.source_loads;
  result.joined = sum.joined;
  result.gets = sum.gets - sum.gets_from_peers;
  result.hits = sum.hits + sum.late_hits;
  if (result.gets == 0) return;
  result.hit_ratio = Fraction(result.hits, result.gets);
  result.forwarded_fraction = Fraction(sum.gets_from_peers, result.gets);
}

// What must add up between the client and the nodes when nothing went wrong on the way: what one
// side gave up, the other may have counted or not.
void CrossCheck(const ClientTotals& client, const LoopbackCounts& counts,
                std::vector<std::string>& problems) {
  const GroupStats& sum = counts.sum;
  const auto expect = [&](std::string_view what, std::uint64_t found, std::string_view against,
                          std::uint64_t wanted) {
    if (found == wanted) return;
    problems.push_back(std::string(what) + " " + std::to_string(found) + " is not " +
                       std::string(against) + " " + std::to_string(wanted));
  };
  if (client.errors + client.timeouts + client.failovers > 0) return;
  const std::uint64_t gets = sum.gets - sum.gets_from_peers;
  expect("callers' Gets at the nodes", gets, "the client's sent", client.sent - client.writes);
  if (sum.writes_forwarded_failed == 0) {
    const std::uint64_t writes = sum.sets + sum.removes - sum.writes_forwarded;
    expect("callers' Sets and Removes at the nodes", writes, "the client's", client.writes);
  }
  std::uint64_t owned = 0;
  for (const auto& [name, count] : counts.owned) owned += count;
  expect("requests by owner", owned, "callers' Gets", gets);
  if (sum.peer_errors > 0) return;
  expect("Gets from peers", sum.gets_from_peers, "loads asked of peers",
         sum.peer_loads + sum.asked_again);
}

// What happened between two readings of the process.
void FillProcess(const ProcessUsage& before, LoopbackResult& result) {
  const ProcessUsage after = UsageOfThisProcess();
  result.resident_bytes = after.resident_bytes;
  result.files_open = OpenFiles();
  const double took = Seconds(result.client.elapsed);
  result.cpu = after.cpu - before.cpu;
  if (took <= 0) return;
  result.cpu_cores = Seconds(result.cpu) / took;
  const ClientTotals& t = result.client.totals;
  result.achieved_qps = static_cast<double>(t.sent) / took;
}

// Plays the script while the traffic goes on, until every request is answered. Returns what ended
// it early, if anything did.
std::optional<Error> Watch(Ground& ground, Client& client, Churn* churn, const LoopbackWatch& watch,
                           LoopbackResult& result) {
  std::optional<Error> failed;
  const auto over = std::make_shared<Gate>();
  const TimePoint start = ground.Now();
  const auto elapsed = [&] { return ground.Now() - start; };
  ground.As("", [&] { client.Run([over] { over->Open(); }); });
  Duration wait = churn != nullptr ? churn->NextTick(elapsed()) - elapsed() : Churn::kLookEvery;
  while (!ground.Await(*over, wait)) {
    LoopbackProgress progress;
    progress.elapsed = elapsed();
    if (churn != nullptr && !failed && !result.interrupted) {
      const auto begun = churn->Tick(progress.elapsed);
      if (!begun) failed = begun.error();
      if (begun && *begun) progress.event = ToText(**begun);
      wait = std::max(Duration::zero(), churn->NextTick(elapsed()) - elapsed());
    }
    progress.totals = client.totals();
    result.interrupted = !watch(progress) || result.interrupted;
    if (result.interrupted || failed) ground.As("", [&] { client.Stop(); });
  }
  if (churn != nullptr) result.churn = churn->Finish(elapsed());
  return failed;
}

}  // namespace

bool TooManyFailed(const LoopbackResult& result) {
  constexpr double kFailedMax = 0.01;
  const ClientTotals& t = result.client.totals;
  return static_cast<double>(t.errors + t.timeouts + t.skipped) >
         kFailedMax * static_cast<double>(t.scheduled);
}

double RequestsPerCore(const LoopbackResult& result) {
  const double seconds = Seconds(result.cpu);
  return seconds > 0 ? static_cast<double>(result.client.totals.sent) / seconds : 0;
}

Result<LoopbackResult> RunLoopback(LoopbackCluster& cluster, const LoopbackPlan& plan,
                                   const LoopbackWatch& watch) {
  auto workload = PlanOf(plan);
  if (!workload) return tl::unexpected<Error>(workload.error());
  const auto expect = [&](const Ring& ring) { return Expected(*workload, ring); };
  const ClientOptions options = OptionsOf(plan);
  Ground& ground = cluster.ground();
  Client client(options, *workload, ground.client_timer(), cluster.client());
  client.SetRing(cluster.ring());
  std::unique_ptr<Churn> churn;
  if (!plan.script.empty()) {
    auto prepared = Churn::Prepare(cluster, client, plan.script, plan.detect, expect);
    if (!prepared) return tl::unexpected<Error>(prepared.error());
    churn = *std::move(prepared);
  }
  const std::vector<double> expected = plan.trace ? std::vector<double>() : expect(*cluster.ring());
  if (auto connected = cluster.Connect(); !connected) {
    return tl::unexpected<Error>(connected.error());
  }

  LoopbackResult result;
  result.of_trace = plan.trace.has_value();
  const ProcessUsage before = UsageOfThisProcess();
  const auto failed = Watch(ground, client, churn.get(), watch, result);
  ground.EndClient();
  if (failed) return tl::unexpected<Error>(*failed);
  result.client = client.report();
  FillProcess(before, result);
  result.problems = cluster.FindProblems();
  const LoopbackCounts counts = cluster.counts();
  FillCache(counts.sum, result);
  if (const auto& cut = result.client.plan_error) return tl::unexpected<Error>(*cut);
  if (churn == nullptr) {
    const auto owned = CountsOf(*cluster.ring(), counts.owned);
    if (!plan.trace) {
      FillNodes(cluster, expected, owned, plan.drift.empty(), result);
    } else if (const auto cut = FillNodesOfTrace(cluster, *workload, owned, result)) {
      return tl::unexpected<Error>(*cut);
    }
    CrossCheck(result.client.totals, counts, result.problems);
  }
  if (std::string broken = CheckIdentities(result.client.totals); !broken.empty()) {
    result.problems.push_back("the client: " + broken);
  }
  return result;
}

}  // namespace ringlab
