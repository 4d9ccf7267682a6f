#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "node/flag_values.h"
#include "node/flags.h"
#include "node/result_file.h"
#include "results/commands.h"
#include "results/format/report_formats.h"
#include "results/html/result_html.h"
#include "results/sound_result.h"

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

// The result to draw beside this one; null without --baseline.
Result<Json> BaselineOf(const ReportOptions& options, const Json& result) {
  if (options.baseline.empty()) return Json();
  auto baseline = ReadSoundResult(options.baseline);
  if (!baseline || baseline->at("tool") == result.at("tool")) return baseline;
  return Fail(Code::kInvalidArgument,
              "--baseline \"" + options.baseline + "\": a result of " +
                  baseline->at("tool").get<std::string>() + "; expected one of " +
                  result.at("tool").get<std::string>() + " like \"" + options.file + "\"");
}

// What goes wrong, or "".
std::string Write(const std::string& flag, const std::string& file,
                  const Result<std::string>& text) {
  if (!text) return text.error().message;
  if (WriteText(file, *text)) return "";
  return flag + ": \"" + file + "\": cannot be written";
}

// Likewise.
std::string Report(const ReportOptions& options) {
  if (options.format.empty() && options.html.empty()) {
    return "expected --format FORMAT, --html FILE, or both";
  }
  for (const auto& [flag, file] : {std::pair("--out", options.out), {"--html", options.html}}) {
    if (std::string wrong = ComplaintAboutFile(flag, file); !wrong.empty()) return wrong;
  }
  const auto result = ReadSoundResult(options.file);
  if (!result) return result.error().message;
  std::string wrong;
  if (!options.format.empty()) {
    wrong = Write("--out", options.out, FormatResult(*result, options.format, options.histogram));
    if (!wrong.empty()) return "\"" + options.file + "\": " + wrong;
  }
  if (options.html.empty()) return "";
  const auto baseline = BaselineOf(options, *result);
  if (!baseline) return baseline.error().message;
  return Write("--html", options.html,
               ResultHtml(*result, baseline->is_null() ? nullptr : &*baseline));
}

}  // namespace

void AddReport(CLI::App& results, int& exit) {
  CLI::App* const report = results.add_subcommand(
      "report", "Draw a stored result as a page, or write it in a format that other tools read");
  const auto options = std::make_shared<ReportOptions>();
  report->add_option("FILE", options->file, "A result; - for stdin")->required();
  AddFlag(*report, "--html", options->html, AnyText,
          "A page that needs nothing but itself; - for stdout", "FILE");
  AddFlag(*report, "--baseline", options->baseline, AnyText,
          "An older result, drawn beside it on the page", "FILE");
  AddFlag(*report, "--format", options->format, ParseFormat,
          "hgrm: HdrHistogram's percentile table; csv: a line a second;\n"
          "csv-latency: a line a latency; md: Markdown; json; prom: Prometheus'\n"
          "text exposition; fortio: JSON for `fortio report`",
          "FORMAT");
  AddFlag(*report, "--histogram", options->histogram, AnyText,
          "Which of the result's histograms hgrm and fortio show: response, service,\n"
          "send_lag, or the service times of get, set, remove",
          "NAME", options->histogram);
  AddFlag(*report, "--out", options->out, AnyText, "Where --format goes; - for stdout", "FILE",
          options->out);
  report->callback([options, &exit] {
    const std::string wrong = Report(*options);
    if (wrong.empty()) return;
    std::cerr << "results: report: " << wrong << '\n';
    exit = kExitUsage;
  });
}

}  // namespace ringlab
