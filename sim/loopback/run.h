// One loopback run: Zipf traffic through a LoopbackCluster, with or without a churn script, and
// what was predicted beside what the nodes counted.
//
// Plain results: a figure that was not measured is absent, never 0.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/group/stats.h"
#include "loadgen/plan/arrivals.h"
#include "loadgen/plan/rate_profile.h"
#include "loadgen/plan/trace_plan.h"
#include "sim/loopback/churn.h"
#include "sim/loopback/loopback.h"
#include "sim/plan/client.h"

namespace ringlab {

struct LoopbackPlan {
  static constexpr Duration kSettle = std::chrono::seconds(2);

  std::uint64_t seed = 1;
  std::uint64_t keys = 100'000;
  double zipf_s = 0.99;
  double qps =
      0;  // mean of a trace at its own times; 0: closed loop, client.concurrency requests in flight
  ArrivalProcess process = ArrivalProcess::kPoisson;
  std::shared_ptr<const RateProfile> profile = nullptr;  // instead of one rate; qps is its mean
  std::optional<TraceOptions> trace = {};                // then keys, zipf_s and drift mean nothing
  std::string drift = {};  // of the popularity (loadgen/plan/drift.h); "": it stays
  // Its open_loop is set from qps. With a script, traffic lasts until kSettle after the last change
  // is known: `requests` does not end it then, `duration` still may.
  ClientOptions client = {};
  std::vector<ChurnStep> script = {};
  Duration detect = std::chrono::milliseconds(500);  // from a kill to when the others know it
};

struct LoopbackNode {
  std::string name;
  double expected_share = 0;   // of the gets, by ring and key popularity, or the trace's keys
  double measured_share = 0;   // of the gets, by the nodes' own counts
  std::uint64_t requests = 0;  // that it owned, by the nodes' own counts
};

struct LoopbackResult {
  bool interrupted = false;
  ClientReport client;
  double achieved_qps = 0;  // sent a second

  // Of a run without churn; with it, see churn.events.
  std::vector<LoopbackNode> nodes;          // in the order of the ring: ascending by name
  std::optional<double> chi_square = {};    // of a plan by law, whose popularity stays
  std::optional<double> chi_square_p = {};  // chance of a statistic so large or larger
  std::uint64_t chi_square_cells = 0;       // nodes, those that expect few requests put together

  bool of_trace = false;  // the plan was
  // Of a trace: whether each node owned as many gets as the trace has for its keys. Absent when
  // requests failed or were skipped, so that nobody can tell.
  std::optional<bool> as_trace = {};

  GroupStats sum;                                 // over all nodes
  std::uint64_t gets = 0;                         // of callers
  std::uint64_t hits = 0;                         // of these, answered by some cache
  std::optional<double> hit_ratio = {};           // hits / gets, as in loadgen
  std::optional<double> forwarded_fraction = {};  // callers' Gets that took their hop
  std::uint64_t source_loads = 0;
  std::uint64_t joined = 0;

  ChurnResult churn;

  std::uint64_t nodes_at_start = 0;        // set by whoever started the cluster
  Duration start_took{};                   // likewise
  std::optional<Duration> stop_took = {};  // likewise
  Duration cpu{};                          // of the whole process during the traffic
  double cpu_cores = 0;                    // that by the time which passed
  std::uint64_t resident_bytes = 0;        // at the end of the traffic
  std::uint64_t files_open = 0;            // likewise

  // Of a run in virtual time: events, and the hash over them, the same for the same flags.
  struct InVirtualTime {
    std::uint64_t events = 0;
    std::uint64_t hash = 0;
  };
  std::optional<InVirtualTime> in_virtual_time = {};

  std::vector<std::string> problems;  // identities that do not hold, a sentence each
};

// How many requests a core sends, and answers, in a second of its own.
double RequestsPerCore(const LoopbackResult& result);

// More than 1 % of the requests failed or were skipped: the shares say little then.
bool TooManyFailed(const LoopbackResult& result);

// What a progress line shows.
struct LoopbackProgress {
  Duration elapsed{};
  ClientTotals totals;
  std::string event;  // the churn step that has just begun, else empty
};

// Called every 100 ms or so on the thread of RunLoopback; false ends the traffic early, and the
// result is of what was sent.
using LoopbackWatch = std::function<bool(const LoopbackProgress&)>;

// Blocks until every request is answered. kInvalidArgument for options out of range, or a script
// that cannot be played on this cluster; nothing was sent then. An error too when a node cannot
// start half-way, or a trace cannot be read to its end.
Result<LoopbackResult> RunLoopback(LoopbackCluster& cluster, const LoopbackPlan& plan,
                                   const LoopbackWatch& watch);

}  // namespace ringlab
