// What the command line of loadgen says.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/source/size_index.h"
#include "loadgen/judge/abort_rule.h"
#include "loadgen/judge/run_result.h"
#include "loadgen/live/options.h"
#include "loadgen/plan/preset.h"
#include "loadgen/run/cluster.h"
#include "loadgen/search/search.h"
#include "loadgen/trace/trace_reader.h"
#include "node/etcd/options.h"
#include "node/settings/security_flags.h"

namespace CLI {
class App;
}

namespace ringlab {

// Where the plan is written to instead of being sent: as a trace, or the sizes alone.
struct TraceOutput {
  std::string file;
  std::optional<TraceFormat> format = TraceFormat::kCsv;
};

struct LoadgenOptions {
  RunConfig config;
  ClusterOptions cluster;
  SecurityFlags security;
  std::vector<Peer> targets;  // empty: a cluster of our own
  EtcdOptions etcd;           // with endpoints: who the targets are
  bool in_process = false;
  const Preset* preset = nullptr;   // a load of published figures
  std::string profile;              // of rates; "" for one rate
  std::uint64_t requests = 0;       // in the measurement; 0: as many as the time has
  std::optional<double> not_found;  // short for the setting of --source
  std::optional<SqlFill> fill;      // of the source's table, before the nodes start
  std::optional<TraceOutput> write_trace;
  std::shared_ptr<const SizeIndex> sizes;  // of a trace's keys, for the source of our nodes
  std::vector<Threshold> thresholds;
  std::vector<AbortRule> abort_rules;
  SearchSpec search;         // without bounds: one run at one rate
  std::uint64_t repeat = 1;  // runs, each with a cluster of its own
  std::string json_file;     // "" for none, "-" for stdout
  std::string html_file;     // likewise
  std::string hlog_file;
  std::string hgrm_file;
  std::string profile_cpu_file;  // of the nodes
  LiveOptions live;
  bool quiet = false;
  std::string command;  // as it was typed

  bool searches() const { return !search.bounds.empty(); }
};

// Declares every flag. `options` must outlive the parsing.
void AddLoadgenFlags(CLI::App& app, LoadgenOptions& options);

// Fills in what follows from the rest, asking etcd if it knows the targets, and refuses what does
// not fit together: a sentence, or "". `app` knows which flags were given.
std::string CompleteOptions(const CLI::App& app, LoadgenOptions& options);

// The command line as a shell would take it, without passwords. Of `options` that are not parsed
// yet a profile or a drift may pass for a login, and lose its middle.
std::string CommandText(const std::string& tool, int argc, const char* const* argv,
                        const LoadgenOptions& options);

// `options` at another rate, with the senders that it needs: of a search, whose flags say none.
LoadgenOptions AtRate(LoadgenOptions options, double qps);

}  // namespace ringlab
