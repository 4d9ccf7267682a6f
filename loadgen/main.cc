// loadgen: drives Zipf key traffic at an open-loop rate and says what it was like, honestly.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/parse.h"
#include "loadgen/judge/verdict.h"
#include "loadgen/report/report.h"
#include "loadgen/report/run_histograms.h"
#include "loadgen/run/options.h"
#include "loadgen/run/session.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/output_files.h"
#include "node/live/result_file.h"
#include "node/live/shell_command.h"
#include "node/live/terminal.h"
#include "node/sql/source_url.h"
#include "results/html/result_html.h"
#include "results/text/json_text.h"
#include "results/text/loadgen_text.h"

namespace ringlab {
namespace {

void ShowProgress(StatusLine& status, const Progress& p, bool phase_begins) {
  std::array<char, 256> text{};
  const std::uint64_t failed = p.totals.errors + p.totals.timeouts;
  std::snprintf(
      text.data(), text.size(), "%s %3.0f/%.0f s  %llu sent  %llu ok  %llu failed  %llu in flight",
      p.elapsed > p.duration ? "waiting for the last answers"
      : p.warming_up         ? "warm-up  "
                             : "measuring",
      std::clamp(Seconds(p.elapsed), 0.0, Seconds(p.duration)),
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

// Unlike a node's, a run's database has to be there when it begins.
Result<std::uint64_t> ReadySource(const LoadgenOptions& options, StatusLine& status) {
  if (!options.targets.empty() && !options.fill) return 0;
  return PrepareSource(options.cluster.source, options.fill,
                       [&](std::uint64_t done, std::uint64_t all) {
                         status.Show("filling the source: " + std::to_string(done) + " of " +
                                     std::to_string(all) + " keys");
                       });
}

OutputFiles FilesOf(const LoadgenOptions& options) {
  return {{"--json", options.json_file},
          {"--html", options.html_file},
          {"--hlog", options.hlog_file},
          {"--hgrm", options.hgrm_file}};
}

bool GoesToStdout(const std::pair<std::string, std::string>& file) { return file.second == "-"; }

// What is wrong with them, found out before the run; or "".
std::string ComplaintAboutFiles(const OutputFiles& files) {
  if (std::string shared = ComplaintAboutSharedFile(files); !shared.empty()) return shared;
  for (const auto& [flag, file] : files) {
    if (std::string wrong = ComplaintAboutFile(flag, file); !wrong.empty()) return wrong;
  }
  return "";
}

// The end of a run that could not begin. The files say so too, or nothing: whoever reads them must
// not take an older result for this one's.
int CannotRun(const CLI::App& app, const LoadgenOptions& options, const std::string& why) {
  const nlohmann::ordered_json json{{"schema_version", 1},
                                    {"tool", "loadgen"},
                                    {"verdict", VerdictName(Verdict::kInvalid)},
                                    {"reasons", {why}}};
  for (const auto& [flag, file] : FilesOf(options)) {
    WriteText(file, flag == "--json" ? JsonText(json) : "");
  }
  return UsageError(app, why);
}

// The text for a flag's file.
std::string TextFor(const std::string& flag, const RunResult& result,
                    const nlohmann::ordered_json& json) {
  if (flag == "--hlog") return RunHlog(result);
  if (flag == "--hgrm") return RunHgrm(result);
  return flag == "--html" ? ResultHtml(json) : JsonText(json);
}

int Report(const CLI::App& app, const LoadgenOptions& options, const RunResult& result) {
  const OutputFiles files = FilesOf(options);
  const bool stdout_taken = std::ranges::any_of(files, GoesToStdout);
  nlohmann::ordered_json json = ToJson(result);
  json["histograms"] = HistogramsJson(result);
  if (!options.quiet) (stdout_taken ? std::cerr : std::cout) << TextOfLoadgen(json) << std::flush;
  for (const auto& [flag, file] : files) {
    if (file.empty() || WriteText(file, TextFor(flag, result, json))) continue;
    return UsageError(app, flag + ": \"" + file + "\": cannot be written");
  }
  if (result.was_cut_short()) return kExitInconclusive;
  switch (result.verdict) {
    case Verdict::kValid: return kExitOk;
    case Verdict::kFailed: return kExitFailed;
    case Verdict::kInvalid: return kExitInvalid;
  }
  return kExitInvalid;
}

int Run(const CLI::App& app, LoadgenOptions& options) {
  const std::string complaint = ComplaintAboutFiles(FilesOf(options));
  if (!complaint.empty()) return UsageError(app, complaint);
  Interrupt interrupt;
  StatusLine status(!options.quiet);
  status.Show((options.targets.empty() ? "starting " : "connecting to ") + options.config.cluster);
  if (const auto ready = ReadySource(options, status); !ready) {
    status.Clear();
    return CannotRun(app, options, "--source: " + ready.error().message);
  }
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

  auto workers = MakeWorkers({.workers = options.config.workers,
                              .connections = options.config.connections,
                              .engine = options.cluster.engine,
                              .security = options.cluster.security});
  if (!workers) {
    status.Clear();
    return CannotRun(app, options, workers.error().message);
  }
  Session session(options, **cluster, *ring, *std::move(workers));
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
  result.command = options.command;
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
  if (const std::string wrong = CompleteOptions(app, options); !wrong.empty()) {
    return UsageError(app, wrong);
  }
  std::vector<std::string> shown(argv, argv + argc);
  for (std::string& argument : shown) argument = Redacted(argument);
  std::vector<const char*> words;
  for (const std::string& argument : shown) words.push_back(argument.c_str());
  options.command = ShellCommand("loadgen", argc, words.data());
  return Run(app, options);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
