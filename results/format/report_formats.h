// A stored result of loadgen in the formats that other tools read. Text out; pure.
//
//   hgrm        HdrHistogram's percentile table of one of the result's histograms, in milliseconds
//   csv         the run second by second: a line an interval, columns named as in `series`
//   csv-latency the summaries of all latencies: a line each
//   md          Markdown, for a comment on a change or a page of notes
//   json        the result itself, laid out
//   prom        Prometheus' text exposition: a snapshot for its textfile collector or Pushgateway;
//               base units (seconds, bytes), as Prometheus asks for
//   fortio      JSON as fortio stores it, for `fortio report`; seconds, as there
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringlab {

std::span<const std::string_view> ReportFormats();

// `histogram` is which one hgrm and fortio show: response, service, send_lag, or the service times
// of get, set or remove. INVALID_ARGUMENT when the result does not have what the format shows, or
// when it is another tool's (json takes any).
Result<std::string> FormatResult(const nlohmann::ordered_json& result, std::string_view format,
                                 const std::string& histogram);

// One each; of a result that keeps to the schema.
Result<std::string> ResultHgrm(const nlohmann::ordered_json& result, const std::string& histogram);
Result<std::string> ResultCsv(const nlohmann::ordered_json& result);
std::string ResultLatencyCsv(const nlohmann::ordered_json& result);
std::string ResultMarkdown(const nlohmann::ordered_json& result);
std::string ResultPrometheus(const nlohmann::ordered_json& result);
Result<std::string> ResultFortio(const nlohmann::ordered_json& result,
                                 const std::string& histogram);

}  // namespace ringlab
