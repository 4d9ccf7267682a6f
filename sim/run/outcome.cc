#include "sim/run/outcome.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "node/live/environment.h"
#include "node/live/flags.h"
#include "results/html/result_html.h"
#include "results/text/json_text.h"
#include "sim/report/report.h"

namespace ringlab {

namespace {

// What a rank lost goes before that it was ended for it.
int ExitCodeOf(const SimResult& result) {
  if (result.interrupted && result.problems.empty()) return kExitInconclusive;
  switch (result.verdict) {
    case Verdict::kValid: return kExitOk;
    case Verdict::kFailed: return kExitFailed;
    case Verdict::kInvalid: return kExitInvalid;
  }
  return kExitInvalid;
}

}  // namespace

NamedFiles FilesOf(const SimOptions& options) {
  return {
      {"--json", options.json_file}, {"--html", options.html_file}, {"--csv", options.csv_file}};
}

NamedFiles InputsOf(const CLI::App& app, const SimOptions& options) {
  NamedFiles files = FilesRead(app, FilesOf(options));
  if (options.loopback.trace) files.emplace_back("--trace", options.loopback.trace->file);
  return files;
}

SimResult BeginSimResult() {
  SimResult result;
  result.started_at = UtcNow();
  result.environment = DescribeEnvironment();
  result.machine_cores = CoresOfThisProcess();
  return result;
}

int ReportRun(const CLI::App& app, const SimOptions& options, const std::string& text,
              const std::string& left_out, SimResult& result, Outputs& outputs) {
  JudgeRun(options.thresholds, result);
  if (!options.quiet) outputs.Say(text + VerdictText(result) + left_out);
  if (!options.json_file.empty() || !options.html_file.empty()) {
    auto json = ToJson(ConfigJson(options), result);
    json["command"] = options.command;
    outputs.Write("--json", JsonText(json));
    if (!options.html_file.empty()) outputs.Write("--html", ResultHtml(json));
  }
  if (!options.csv_file.empty()) outputs.Write("--csv", SweepCsv(result.sweep));
  for (const std::string& failure : outputs.failures()) UsageError(app, failure);
  return outputs.failures().empty() ? ExitCodeOf(result) : static_cast<int>(kExitUsage);
}

}  // namespace ringlab
