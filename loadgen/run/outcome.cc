#include "loadgen/run/outcome.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/run_histograms.h"
#include "node/live/flags.h"
#include "results/html/result_html.h"
#include "results/text/json_text.h"

namespace ringlab {

NamedFiles FilesOf(const LoadgenOptions& options) {
  return {{"--json", options.json_file},
          {"--html", options.html_file},
          {"--hlog", options.hlog_file},
          {"--hgrm", options.hgrm_file},
          {"--profile-cpu", options.profile_cpu_file}};
}

NamedFiles InputsOf(const CLI::App& app, const LoadgenOptions& options) {
  NamedFiles written = FilesOf(options);
  written.emplace_back("--live-csv", options.live.csv);
  NamedFiles files = FilesRead(app, written);
  if (const auto& trace = options.config.workload.trace) files.emplace_back("--trace", trace->file);
  if (const auto* const sql = std::get_if<SqlSpec>(&options.cluster.source)) {
    files.emplace_back("--source", sql->file);
  }
  return files;
}

int Ended(const CLI::App& app, const Outputs& outputs, int exit) {
  for (const std::string& failure : outputs.failures()) exit = UsageError(app, failure);
  return exit;
}

int CannotRun(const CLI::App& app, const LoadgenOptions& options, Outputs& outputs,
              const std::string& why, bool interrupted) {
  nlohmann::ordered_json json{{"schema_version", 1},
                              {"tool", "loadgen"},
                              {"verdict", VerdictName(Verdict::kInvalid)},
                              {"reasons", {why}}};
  if (interrupted) json["interrupted"] = true;
  for (const auto& [flag, file] : FilesOf(options)) {
    // Who changed his mind at once keeps what he had.
    std::error_code ignored;
    if (interrupted && std::filesystem::is_regular_file(file, ignored)) continue;
    outputs.Write(flag, flag == "--json" ? JsonText(json) : "");
  }
  const int exit = UsageError(app, why);
  return Ended(app, outputs, interrupted ? static_cast<int>(kExitInconclusive) : exit);
}

std::string TextFor(const std::string& flag, const RunResult& result,
                    const nlohmann::ordered_json& json) {
  if (flag == "--hlog") return RunHlog(result);
  if (flag == "--hgrm") return RunHgrm(result);
  if (flag == "--profile-cpu") {
    return result.flame_graph ? result.flame_graph->value_or("") : "";
  }
  return flag == "--html" ? ResultHtml(json) : JsonText(json);
}

int ExitCodeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid: return kExitOk;
    case Verdict::kFailed: return kExitFailed;
    case Verdict::kInvalid: return kExitInvalid;
  }
  return kExitInvalid;
}

int ExitCodeOf(const RunResult& result) {
  return result.was_cut_short() ? static_cast<int>(kExitInconclusive) : ExitCodeOf(result.verdict);
}

}  // namespace ringlab
