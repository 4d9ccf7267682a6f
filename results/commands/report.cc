#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "node/live/flag_values.h"
#include "node/live/flags.h"
#include "node/live/outputs.h"
#include "results/commands/commands.h"
#include "results/format/report_formats.h"
#include "results/format/result_file.h"
#include "results/format/sound_result.h"
#include "results/html/result_html.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

struct ReportOptions {
  std::string file;
  std::string format;
  std::string histogram = "response";
  std::string out = "-";
  std::string html;
  std::string baseline;
};

Result<std::string> ParseFormat(const std::string& text) {
  std::string accepted;
  for (const std::string_view format : ReportFormats()) {
    if (text == format) return text;
    accepted += (accepted.empty() ? "" : ", ") + std::string(format);
  }
  return RefuseValue(text, "one of " + accepted);
}

// The page, with the baseline if there is one.
Result<std::string> PageOf(const ReportOptions& options, const Json& result) {
  if (options.baseline.empty()) return ResultHtml(result);
  const auto baseline = ReadResult(options.baseline);
  if (!baseline) return tl::unexpected<Error>(baseline.error());
  if (result.at("tool") == baseline->at("tool")) return ResultHtml(result, &*baseline);
  return Fail(Code::kInvalidArgument,
              "--baseline \"" + options.baseline + "\": a result of " +
                  baseline->at("tool").get<std::string>() + "; expected one of " +
                  result.at("tool").get<std::string>() + " like \"" + options.file + "\"");
}

// Each writes what was asked for; what goes wrong, or "".
std::string WritePage(const ReportOptions& options, const Json& result, Outputs& outputs) {
  if (options.html.empty()) return "";
  const auto page = PageOf(options, result);
  if (!page) return page.error().message;
  outputs.Write("--html", *page);
  return "";
}

std::string WriteFormat(const ReportOptions& options, const Json& result, Outputs& outputs) {
  if (options.format.empty()) return "";
  const auto text = FormatResult(result, options.format, options.histogram);
  if (!text) return "\"" + options.file + "\": " + text.error().message;
  outputs.Write("--out", *text);
  return "";
}

std::string Report(const ReportOptions& options) {
  if (options.format.empty() && options.html.empty()) {
    return "expected --html FILE, --format FORMAT, or both";
  }
  if (!options.baseline.empty() && options.html.empty()) {
    return "--baseline: expected --html, which draws it";
  }
  Outputs outputs({{"--html", options.html}, {"--out", options.format.empty() ? "" : options.out}});
  std::string complaint = outputs.Open({{"FILE", options.file}, {"--baseline", options.baseline}});
  if (!complaint.empty()) return complaint;
  // A page leaves out what a result does not have, of an early version or of a run that could not
  // begin; a format is for programs, which need all of it.
  const auto result =
      options.format.empty() ? ReadResult(options.file) : ReadSoundResult(options.file);
  if (!result) return result.error().message;
  std::string wrong = WriteFormat(options, *result, outputs);
  const std::string no_page = WritePage(options, *result, outputs);
  if (wrong.empty()) wrong = no_page;
  for (const std::string& failure : outputs.failures()) {
    wrong += (wrong.empty() ? "" : "; ") + failure;
  }
  return wrong;
}

}  // namespace

void AddReport(CLI::App& results, int& exit) {
  CLI::App* const report =
      results.add_subcommand("report",
                             "Draw a stored result as a page, or write it in a format that\n"
                             "other tools read");
  const auto options = std::make_shared<ReportOptions>();
  report->add_option("FILE", options->file, "A result; - for stdin")->required();
  AddFlag(*report, "--html", options->html, AnyText,
          "A report to look at: one HTML file, complete in itself;\n- for stdout", "FILE");
  AddFlag(*report, "--baseline", options->baseline, AnyText,
          "With --html: an older result, drawn beside this one", "FILE");
  AddFlag(*report, "--format", options->format, ParseFormat,
          "hgrm: HdrHistogram's percentile table; csv: a line a second;\n"
          "csv-latency: a line a latency; md: Markdown; json;\n"
          "prom: Prometheus' text exposition; fortio: JSON for\n"
          "`fortio report`",
          "FORMAT");
  AddFlag(*report, "--histogram", options->histogram, AnyText,
          "Which of the result's histograms hgrm and fortio show:\n"
          "response, service, send_lag, or the service times of get,\n"
          "set, remove",
          "NAME", options->histogram);
  AddFlag(*report, "--out", options->out, AnyText, "Where the format goes; - for stdout", "FILE",
          options->out);
  report->callback([options, &exit] {
    const std::string wrong = Report(*options);
    if (wrong.empty()) return;
    std::cerr << "results: report: " << wrong << '\n';
    exit = kExitUsage;
  });
}

}  // namespace ringlab
