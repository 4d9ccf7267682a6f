// What the command line of sim says.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/source/synthetic_source.h"
#include "loadgen/plan/preset.h"
#include "loadgen/plan/trace_spec.h"
#include "node/engines/engines.h"
#include "node/etcd/options.h"
#include "sim/loopback/sim_result.h"
#include "sim/run/map_flags.h"
#include "sim/run/mrc_flags.h"
#include "sim/run/swarm_flags.h"
#include "sim/run/virtual_flags.h"

namespace CLI {
class App;
}

namespace ringlab {

struct SimOptions {
  RingReportOptions report;        // of every ring: all but `ring.dialect`
  std::vector<std::string> rings;  // dialects, at least one, none twice
  bool all_rings = false;          // "all" was asked for: those that cannot be had are left out
  std::uint64_t nodes = 8;
  std::string pattern = "node-{i}";
  std::optional<std::string> names;  // a list, instead of the pattern
  EtcdOptions etcd;                  // with endpoints: who knows the names
  std::string weights;               // a list, one for each name; "" for equal ones

  bool ring_only = false;
  Duration handover{};  // of the loopback nodes
  EngineSpec engine;    // likewise
  LoopbackPlan loopback;
  std::optional<TraceSpec> trace;
  TraceConfig trace_read;          // what of it is sent
  std::string profile;             // of the rate; "" for one rate, or none
  const Preset* preset = nullptr;  // popularity and sizes of published figures
  std::string source_text;
  SyntheticSpec source;
  std::uint64_t group_bytes = 0;
  std::string script;

  std::vector<std::string> sweep_texts;
  SweepAxes sweep;
  std::uint64_t sweep_seeds = 50;
  std::string csv_file;

  SwarmOptions swarm;
  MapFlags map;
  VirtualOptions in_virtual_time;
  MrcFlags mrc;

  std::vector<std::string> threshold_texts;
  std::vector<Threshold> thresholds;
  std::string json_file;  // "" for none, "-" for stdout
  std::string html_file;  // likewise
  std::string command;    // as it was typed
  bool quiet = false;
};

// Declares every flag. `options` must outlive the parsing.
void AddSimFlags(CLI::App& app, SimOptions& options);

// Fills in what follows from the rest, asking etcd if it knows the names, and refuses what does not
// fit together: a sentence, or "". `app` knows which flags were given.
std::string CompleteOptions(const CLI::App& app, SimOptions& options);

// The flag that is to blame for the error of ReportRing(): "--weights: ".
std::string FlagToBlame(const RingReportOptions& options, const Error& error);

// What was asked for, defaults filled in: "config" of the JSON.
nlohmann::ordered_json ConfigJson(const SimOptions& options);

}  // namespace ringlab
