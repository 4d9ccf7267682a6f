#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "node/flags.h"
#include "node/result_file.h"
#include "results/commands.h"
#include "results/html/result_html.h"
#include "results/result_file.h"

namespace ringlab {

namespace {

struct ReportOptions {
  std::string file;
  std::string baseline;
  std::string html;
};

Result<std::string> Draw(const ReportOptions& options) {
  const auto result = ReadResult(options.file);
  if (!result) return tl::unexpected<Error>(result.error());
  if (options.baseline.empty()) return ResultHtml(*result);
  const auto baseline = ReadResult(options.baseline);
  if (!baseline) return tl::unexpected<Error>(baseline.error());
  if (result->at("tool") != baseline->at("tool")) {
    return Fail(Code::kInvalidArgument,
                "--baseline \"" + options.baseline + "\": a result of " +
                    baseline->at("tool").get<std::string>() + "; expected one of " +
                    result->at("tool").get<std::string>() + " like \"" + options.file + "\"");
  }
  return ResultHtml(*result, &*baseline);
}

}  // namespace

void AddReport(CLI::App& results, int& exit) {
  CLI::App* const report =
      results.add_subcommand("report", "Draw a result as a page that needs nothing but itself");
  const auto options = std::make_shared<ReportOptions>();
  report->add_option("FILE", options->file, "The result to draw; - for stdin")->required();
  report->add_option("--baseline", options->baseline, "An older result to draw beside it")
      ->type_name("FILE");
  report->add_option("--html", options->html, "Where the page goes; - for stdout")
      ->type_name("FILE")
      ->required();
  report->callback([options, &exit] {
    const auto page = Draw(*options);
    if (!page) {
      std::cerr << "results: report: " << page.error().message << '\n';
      exit = kExitUsage;
      return;
    }
    if (!WriteText(options->html, *page)) {
      std::cerr << "results: report: --html: \"" << options->html << "\": cannot be written\n";
      exit = kExitUsage;
    }
  });
}

}  // namespace ringlab
