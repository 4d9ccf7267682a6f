#include <iostream>
#include <memory>
#include <string>

#include "node/flag_values.h"
#include "node/flags.h"
#include "node/result_file.h"
#include "results/commands.h"
#include "results/format/report_formats.h"
#include "results/sound_result.h"

namespace ringlab {

namespace {

struct ReportOptions {
  std::string file;
  std::string format;
  std::string histogram = "response";
  std::string out = "-";
};

Result<std::string> ParseFormat(const std::string& text) {
  std::string accepted;
  for (const std::string_view format : ReportFormats()) {
    if (text == format) return text;
    accepted += (accepted.empty() ? "" : ", ") + std::string(format);
  }
  return RefuseValue(text, "one of " + accepted);
}

// What goes wrong, or "".
std::string Report(const ReportOptions& options) {
  if (std::string wrong = ComplaintAboutFile("--out", options.out); !wrong.empty()) return wrong;
  const auto result = ReadSoundResult(options.file);
  if (!result) return result.error().message;
  const auto text = FormatResult(*result, options.format, options.histogram);
  if (!text) return "\"" + options.file + "\": " + text.error().message;
  if (WriteText(options.out, *text)) return "";
  return "--out: \"" + options.out + "\": cannot be written";
}

}  // namespace

void AddReport(CLI::App& results, int& exit) {
  CLI::App* const report =
      results.add_subcommand("report", "Write a stored result in a format that other tools read");
  const auto options = std::make_shared<ReportOptions>();
  report->add_option("FILE", options->file, "A result; - for stdin")->required();
  AddFlag(*report, "--format", options->format, ParseFormat,
          "hgrm: HdrHistogram's percentile table; csv: a line a second;\n"
          "csv-latency: a line a latency; md: Markdown; json; prom: Prometheus'\n"
          "text exposition; fortio: JSON for `fortio report`",
          "FORMAT")
      ->required();
  AddFlag(*report, "--histogram", options->histogram, AnyText,
          "Which of the result's histograms hgrm and fortio show: response, service,\n"
          "send_lag, or the service times of get, set, remove",
          "NAME", options->histogram);
  AddFlag(*report, "--out", options->out, AnyText, "Where to; - for stdout", "FILE", options->out);
  report->callback([options, &exit] {
    const std::string wrong = Report(*options);
    if (wrong.empty()) return;
    std::cerr << "results: report: " << wrong << '\n';
    exit = kExitUsage;
  });
}

}  // namespace ringlab
