#include "results/commands/gate_output.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "node/live/flags.h"
#include "node/live/result_file.h"
#include "results/gate/gate_report.h"
#include "results/html/result_html.h"

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

int Deliver(const std::string& command, const GateOutput& output, Comparison& comparison) {
  SortRows(comparison.rows);
  const bool stdout_is_taken = output.json == "-" || output.html == "-" || output.markdown == "-";
  (stdout_is_taken ? std::cerr : std::cout) << ToText(comparison, output.every_row) << std::flush;
  const bool written =
      (output.json.empty() || WriteJson(output.json, ToJson(comparison))) &&
      (output.html.empty() || WriteText(output.html, ResultHtml(ToJson(comparison)))) &&
      (output.markdown.empty() || WriteText(output.markdown, ToMarkdown(comparison)));
  if (!written) {
    std::cerr << "results: " << command << ": --json, --html or --md cannot be written\n";
    return kExitUsage;
  }
  const GateVerdict worst = VerdictOf(comparison);
  const bool doubtful = worst == GateVerdict::kWarn || worst == GateVerdict::kInconclusive;
  return output.strict && doubtful ? kExitFailed : ExitCodeOf(worst);
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
