// RunResult: everything that a run of loadgen has to say, before anybody formats it.
//
// Plain data. A figure that was not measured is absent (an empty optional), never 0.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/group/node_stats.h"
#include "core/ring/balance.h"
#include "core/ring/spec.h"
#include "loadgen/judge/cache_figures.h"
#include "loadgen/judge/fidelity.h"
#include "loadgen/judge/generators.h"
#include "loadgen/judge/node_readings.h"
#include "loadgen/judge/phase_result.h"
#include "loadgen/judge/stages.h"
#include "loadgen/judge/steadiness.h"
#include "loadgen/judge/until.h"
#include "loadgen/measure/driver.h"
#include "loadgen/measure/machine_load.h"
#include "loadgen/measure/measurements.h"
#include "loadgen/plan/popularity.h"
#include "loadgen/plan/shard.h"
#include "loadgen/plan/workload.h"
#include "results/text/percentiles.h"

namespace ringlab {

// Of a recorded trace that is sent: what its file is. The rest is in the workload.
struct TraceConfig {
  std::string format;
  std::string compression;     // "none", "gzip", "zstd"
  std::uint64_t requests = 0;  // of the plan
};

// What was asked for, defaults filled in.
struct RunConfig {
  WorkloadOptions workload;  // its duration covers warm-up and measurement
  std::optional<TraceConfig> trace = {};
  Duration warmup{};
  Duration duration{};                    // that was measured
  std::optional<Until> until = {};        // which decided over it
  bool open_ended = false;                // until it is ended, which is no interruption
  std::vector<ProfilePhase> phases = {};  // of the profile, from the measurement's start on
  DriverOptions driver;
  RingSpec ring;
  std::string cluster;         // "3 child processes", "in process", "targets"
  std::string source;          // as the nodes of our own cluster were told; empty for targets
  bool sole_writer = true;     // a cluster of our own: what it holds is the source's or from us
  bool has_strangers = false;  // targets or a database's server, which do a part of the work
  std::uint64_t group_bytes = 0;
  std::string engine;  // that carried the requests: "h2", "grpc"
  std::uint64_t workers = 1;
  std::uint64_t connections = 1;
  Percentiles percentiles = DefaultPercentiles();
  double failures_accepted = 0.01;  // errors, timeouts and skipped, of the scheduled; more: INVALID
  Shard shard = {};                 // of several generators that send the plan together
  std::optional<Duration> start_at = {};  // since 1970: when the plan begins

  bool has_own_times() const { return workload.trace && workload.trace->own_times; }  // of a trace

  // There are writes, and values show which one they are of.
  bool checks_staleness() const { return driver.verify && workload.mix.HasWrites(); }
};

struct NodeResult {
  std::string name;
  std::string address;
  double arc_share = 0;                       // of the ring, exact
  double expected_share = 0;                  // of the requests, by key popularity
  std::optional<double> measured_share = {};  // of the requests sent; absent without any
  OwnerMeasurements owned = {};               // requests for keys that this node owns
  OwnerMeasurements asked = {};               // requests that it was asked, whoever owns the key
  std::optional<std::uint64_t> gets = {};     // that reached it, from callers and from nodes
  // Of the node's process during the measurement; absent when it shares one, or does not tell.
  std::optional<double> cpu_cores = {};
  std::optional<std::uint64_t> resident_bytes = {};
};

// What the run could not have gone faster for, as far as that can be told.
struct Limit {
  // "source", "node-cpu", "machine-cpu", "loadgen", "peer-link", "network"
  std::string what = "none";
  std::string node = {};  // its name, where it is one node's
  std::string why = {};
};

enum class Verdict : std::uint8_t { kValid, kFailed, kInvalid };

struct RunResult {
  RunConfig config;
  std::string plan_hash;
  std::string order_hash;         // of the same requests, whatever their times
  bool interrupted = false;       // Ctrl-C, a signal or an AbortRule ended it before its time
  std::string aborted;            // which rule, and when it held; "" for none
  std::vector<std::string> gone;  // targets that went meanwhile: what became of each
  std::string started_at;         // UTC, ISO 8601
  double measured_from_s = 0;     // since 1970: the planned start of the measured stretch
  std::string command;            // the command line, as a shell would take it

  Measurements measured{0};
  std::vector<PhaseResult> phases;  // of a profile; what was not begun is not there
  // The stretch that was sent over: planned, until it was ended, or longer when sending ran late.
  Duration elapsed{};
  double achieved_qps = 0;

  std::optional<StagesResult> stages;  // of the gets that were timed; absent when no node tells
  std::optional<LittlesLaw> littles_law;

  std::optional<BalanceStats> balance;  // of the measured shares
  std::vector<NodeResult> nodes;
  std::vector<NodeReading> readings;  // a second apart, of the measured stretch
  RunMovement moved;
  std::vector<FailureResult> failures;
  std::optional<CacheResult> cache;  // absent when the nodes do not tell,
  std::string cache_missing;         // which this says of them
  std::optional<ArrivalFidelity> arrivals;
  std::optional<KeyPopularity> popularity;

  double client_cpu_cores = 0;                // of loadgen's process; nodes in process are in it
  double sender_cpu_share = 0;                // of one core: the busiest sending thread
  std::optional<Duration> longest_turn = {};  // of a worker's loop: see loadgen/run/worker.h
  std::uint64_t client_resident_bytes = 0;
  std::uint64_t machine_cores = 1;
  std::map<std::string, std::string> environment;
  std::optional<double> steal_share;        // of the machine's CPU time in the measured stretch
  std::optional<MachineLoad> machine_load;  // of the same stretch

  std::optional<GeneratorResult> shard;     // of a result that is one shard's
  std::vector<GeneratorResult> generators;  // of one that was merged of shards, by index

  std::optional<Result<std::string>> flame_graph;  // of the nodes' CPU time: an SVG
  std::vector<std::string> problems;  // found on the way: rings that disagree, identities broken

  Verdict verdict = Verdict::kInvalid;
  std::vector<std::string> reasons;
  std::vector<std::string> warnings;  // which no verdict follows from
  Limit limit;
  std::vector<ThresholdResult> thresholds;

  // It does not show what was asked for, however good it is.
  bool was_cut_short() const { return (interrupted && aborted.empty()) || !gone.empty(); }
};

}  // namespace ringlab
