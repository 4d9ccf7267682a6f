// loadgen: drives Zipf key traffic at an open-loop rate and says what it was like, honestly.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/parse.h"
#include "loadgen/options.h"
#include "loadgen/report.h"
#include "loadgen/session.h"
#include "loadgen/verdict.h"
#include "node/flags.h"
#include "node/interrupt.h"
#include "node/result_file.h"
#include "node/terminal.h"

namespace ringlab {
namespace {

void ShowProgress(StatusLine& status, const Progress& p, bool phase_begins) {
  std::array<char, 256> text{};
  const std::uint64_t failed = p.totals.errors + p.totals.timeouts;
  std::snprintf(
      text.data(), text.size(), "%s %3.0f/%.0f s  %llu sent  %llu ok  %llu failed  %llu in flight",
      p.warming_up ? "warm-up  " : "measuring", std::max(0.0, Seconds(p.elapsed)),
      Seconds(p.duration), static_cast<unsigned long long>(p.totals.sent),
      static_cast<unsigned long long>(p.totals.ok), static_cast<unsigned long long>(failed),
      static_cast<unsigned long long>(p.in_flight));
  phase_begins ? status.Milestone(text.data()) : status.Show(text.data());
}

Result<std::unique_ptr<Cluster>> StartCluster(LoadgenOptions& options) {
  if (!options.targets.empty()) return UseTargets(options.targets);
  if (options.in_process) return StartInProcess(options.cluster);
  if (options.cluster.program.empty()) {
    std::error_code ignored;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    options.cluster.program = self.parent_path() / "cachenode";
  }
  return StartChildren(options.cluster);
}

// The end of a run that could not begin. --json says so too: whoever reads that file must not take
// an older result for this one's.
int CannotRun(const CLI::App& app, const LoadgenOptions& options, const std::string& why) {
  const nlohmann::ordered_json json{{"schema_version", 1},
                                    {"tool", "loadgen"},
                                    {"verdict", VerdictName(Verdict::kInvalid)},
                                    {"reasons", {why}}};
  WriteJson(options.json_file, json);
  return UsageError(app, why);
}

int Report(const CLI::App& app, const LoadgenOptions& options, const RunResult& result) {
  const bool json_on_stdout = options.json_file == "-";
  if (!options.quiet) (json_on_stdout ? std::cerr : std::cout) << ToText(result) << std::flush;
  if (!options.json_file.empty() && !WriteJson(options.json_file, ToJson(result))) {
    return UsageError(app, "--json: \"" + options.json_file + "\": cannot be written");
  }
  switch (result.verdict) {
    case Verdict::kValid: return kExitOk;
    case Verdict::kFailed: return kExitFailed;
    case Verdict::kInvalid: return kExitInvalid;
  }
  return kExitInvalid;
}

int Run(const CLI::App& app, LoadgenOptions& options) {
  const std::string complaint = ComplaintAboutFile("--json", options.json_file);
  if (!complaint.empty()) return UsageError(app, complaint);
  Interrupt interrupt;
  StatusLine status(!options.quiet);
  status.Show((options.targets.empty() ? "starting " : "connecting to ") + options.config.cluster);
  auto cluster = StartCluster(options);
  if (!cluster) {
    status.Clear();
    return CannotRun(app, options, cluster.error().message);
  }

  std::vector<std::string> names;
  for (const Peer& peer : (*cluster)->peers()) names.push_back(peer.name);
  auto ring = BuildRing(options.cluster.ring, EqualNodes(names));
  if (!ring) {
    status.Clear();
    return CannotRun(app, options, ring.error().message);
  }

  Session session(options, **cluster, *ring);
  if (const auto connected = session.Connect(); !connected) {
    status.Clear();
    return CannotRun(app, options, connected.error().message);
  }
  std::optional<bool> warming_up;
  RunResult result = session.Run([&](const Progress& progress) {
    ShowProgress(status, progress, warming_up != progress.warming_up);
    warming_up = progress.warming_up;
    return !interrupt.Requested();
  });
  status.Clear();
  Judge(options.thresholds, result);
  return Report(app, options, result);
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Drives Zipf key traffic at an open-loop rate against cache nodes, and reports latency from\n"
      "each request's planned start, the balance of the hash ring, and a verdict.",
      "loadgen");
  LoadgenOptions options;
  AddLoadgenFlags(app, options);
  int exit = kExitOk;
  if (!ParseCommandLine(app, argc, argv, exit)) return exit;
  if (const std::string wrong = CompleteOptions(options); !wrong.empty()) {
    return UsageError(app, wrong);
  }
  return Run(app, options);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
