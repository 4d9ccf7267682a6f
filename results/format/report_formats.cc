#include "results/format/report_formats.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "results/format/stored_histogram.h"
#include "results/hdr/hgrm.h"
#include "results/hdr/v2.h"
#include "results/text/json_text.h"
#include "results/text/json_view.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

constexpr std::array<std::string_view, 7> kFormats{"hgrm", "csv",  "csv-latency", "md",
                                                   "json", "prom", "fortio"};

}  // namespace

std::span<const std::string_view> ReportFormats() { return kFormats; }

Result<HdrHistogram> StoredHistogram(const nlohmann::ordered_json& result,
                                     const std::string& name) {
  const JsonView histograms = JsonView(result)["histograms"];
  const JsonView whole = histograms[name]["hdr_v2"];
  const JsonView text = whole.is_there() ? whole : histograms["operations"][name]["hdr_v2"];
  if (text.is_there()) return DecodeHdr(text.text());
  std::string has;
  for (const std::string& each : histograms.names()) {
    if (each != "operations") has += (has.empty() ? "" : ", ") + each;
  }
  for (const std::string& each : histograms["operations"].names()) has += ", " + each;
  return Fail(Code::kInvalidArgument, "no histogram \"" + name + "\" in this result; it has " +
                                          (has.empty() ? "none at all" : has));
}

JsonView StoredSummary(const nlohmann::ordered_json& result, const std::string& name) {
  const JsonView run(result);
  if (name == "failed") return run["latency_failed_ns"];
  const JsonView whole = run["latency_ns"][name];
  return whole.is_there() ? whole : run["operations"][name]["service_ns"];
}

Result<std::string> ResultHgrm(const nlohmann::ordered_json& result, const std::string& histogram) {
  const auto stored = StoredHistogram(result, histogram);
  if (!stored) return tl::unexpected(stored.error());
  const JsonView summary = StoredSummary(result, histogram);
  return HgrmText(*stored, kNsInMs,
                  NoteOn(LeftOut(summary["failed"].count(), summary["clamped"].count())));
}

Result<std::string> FormatResult(const nlohmann::ordered_json& result, std::string_view format,
                                 const std::string& histogram) {
  if (format == "json") return JsonText(result);
  const JsonView run(result);
  const std::string tool = run["tool"].text();
  if (tool != "loadgen" || !run["totals"].is_there()) {
    return Fail(Code::kInvalidArgument,
                "the format " + std::string(format) + " is for runs of loadgen, and this is " +
                    (tool == "loadgen" ? "one that could not begin" : "a result of " + tool));
  }
  if (format == "hgrm") return ResultHgrm(result, histogram);
  if (format == "csv") return ResultCsv(result);
  if (format == "csv-latency") return ResultLatencyCsv(result);
  if (format == "md") return ResultMarkdown(result);
  if (format == "prom") return ResultPrometheus(result);
  if (format == "fortio") return ResultFortio(result, histogram);
  return Fail(Code::kInvalidArgument, "no format \"" + std::string(format) + "\"");
}

}  // namespace ringlab
