#include "results/commands/gate_output.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "node/live/flags.h"
#include "results/gate/gate_report.h"
#include "results/html/result_html.h"
#include "results/text/json_text.h"

namespace ringlab {

void AddGateOutput(CLI::App& command, GateOutput& output) {
  command.add_option("--json", output.json, "Write every figure and sample there; - for stdout")
      ->type_name("FILE");
  command.add_option("--html", output.html, "Write a page with the intervals drawn")
      ->type_name("FILE");
  command.add_option("--md", output.markdown, "Write the table as markdown")->type_name("FILE");
  command.add_flag("--all", output.every_row, "List unchanged metrics too");
  command.add_flag("--strict", output.strict, "Exit with 1 on WARN and INCONCLUSIVE too");
}

NamedFiles FilesOf(const GateOutput& output) {
  return {{"--json", output.json}, {"--html", output.html}, {"--md", output.markdown}};
}

int Deliver(const std::string& command, const GateOutput& output, Outputs& files,
            Comparison& comparison) {
  SortRows(comparison.rows);
  files.Say(ToText(comparison, output.every_row));
  files.Write("--json", JsonText(ToJson(comparison)));
  files.Write("--html", ResultHtml(ToJson(comparison)));
  files.Write("--md", ToMarkdown(comparison));
  const GateVerdict worst = VerdictOf(comparison);
  const bool doubtful = worst == GateVerdict::kWarn || worst == GateVerdict::kInconclusive;
  return AfterWriting(
      command, files,
      output.strict && doubtful ? static_cast<int>(kExitFailed) : ExitCodeOf(worst));
}

Result<void> Written(const Outputs& files) {
  if (files.failures().empty()) return {};
  return Fail(Code::kInvalidArgument, files.failures().front());
}

int AfterWriting(const std::string& command, const Outputs& files, int exit) {
  for (const std::string& failure : files.failures()) {
    exit = GateError(command, {Code::kInvalidArgument, failure});
  }
  return exit;
}

int GateError(const std::string& command, const Error& error) {
  std::cerr << "results: " << command << ": " << error.message << '\n';
  switch (error.code) {
    case Code::kFailedPrecondition: return kExitInvalid;
    case Code::kDataLoss:  // how the commands call a baseline that is missing or stale
      return kExitBaseline;
    case Code::kUnimplemented:  // a base that is older than what is compared
      return kExitInconclusive;
    default: return kExitUsage;
  }
}

}  // namespace ringlab
