#include "results/format/report_formats.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "results/format/stored_histogram.h"
#include "results/hdr/hgrm.h"
#include "tests/results/format/sample_result.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t Columns(const std::string& line) {
  return 1 + static_cast<std::size_t>(std::ranges::count(line, ','));
}

TEST_CASE("every format that is offered has a text of a sound result") {
  const Json result = SampleResult();
  for (const std::string_view format : ReportFormats()) {
    INFO(format);
    const auto text = FormatResult(result, format, "response");
    REQUIRE(text.has_value());
    REQUIRE(text->size() > 300);
    REQUIRE(text->back() == '\n');
  }
  REQUIRE_FALSE(FormatResult(result, "xml", "response").has_value());
}

TEST_CASE("only JSON is for the results of other tools and of runs that did not begin") {
  const Json none =
      Json::parse(R"({"schema_version":1,"tool":"loadgen","verdict":"INVALID","reasons":["why"]})");
  for (const std::string_view format : ReportFormats()) {
    INFO(format);
    REQUIRE(FormatResult(SimSample(), format, "response").has_value() == (format == "json"));
    REQUIRE(FormatResult(none, format, "response").has_value() == (format == "json"));
  }
  REQUIRE_THAT(FormatResult(SimSample(), "md", "").error().message, Contains("a result of sim"));
  REQUIRE_THAT(FormatResult(none, "md", "").error().message, Contains("could not begin"));
}

TEST_CASE("JSON comes back as it was") {
  const Json result = SampleResult();
  REQUIRE(Json::parse(*FormatResult(result, "json", "")) == result);
}

TEST_CASE("a stored histogram is found by its name") {
  const Json result = SampleResult();
  REQUIRE(*StoredHistogram(result, "response") ==
          HdrHistogram::Of(MixedSample().measured.latencies.response));
  REQUIRE(StoredHistogram(result, "remove")->count() == 1000);
  REQUIRE(*FormatResult(result, "hgrm", "service") ==
          HgrmText(*StoredHistogram(result, "service")) +
              "#[Of the answered requests; 90 more failed and are not in it]\n");
  REQUIRE(StoredHistogram(result, "failed")->count() == 90);
  REQUIRE_THAT(StoredHistogram(result, "put").error().message,
               Contains("no histogram \"put\"") &&
                   Contains("response, service, send_lag, failed, get, set, remove"));
  Json old = result;
  old.erase("histograms");
  REQUIRE_THAT(FormatResult(old, "hgrm", "response").error().message, Contains("none at all"));
  REQUIRE_FALSE(FormatResult(old, "fortio", "response").has_value());
}

TEST_CASE("the CSV has a line a second under the names of the columns") {
  Json result = SampleResult();
  result["series"]["response_p99_ns"][3] = nullptr;
  const auto lines = Lines(*ResultCsv(result));
  REQUIRE(lines.size() == 11);
  REQUIRE_THAT(lines[0], Catch::StartsWith("at_s,scheduled,sent,ok,not_found,failed,skipped,late,"
                                           "response_p50_ns,response_p90_ns,response_p99_ns,") &&
                             Contains(",level_cache,level_peer,level_source"));
  for (const std::string& line : lines) REQUIRE(Columns(line) == Columns(lines[0]));
  REQUIRE_THAT(lines[1], Catch::StartsWith("0.0,10000,9999,9790,200,9,1,0,"));
  std::istringstream cells(lines[4]);
  std::string cell;
  for (int i = 0; i < 11; ++i) std::getline(cells, cell, ',');
  REQUIRE(cell.empty());  // the null
  result.erase("series");
  REQUIRE_THAT(ResultCsv(result).error().message, Contains("no series"));
}

TEST_CASE("the CSV of latencies has a line each and nothing where there is nothing") {
  const auto lines = Lines(ResultLatencyCsv(SampleResult()));
  REQUIRE(lines.size() == 1 + 3 + 1 + 3 + 3);
  for (const std::string& line : lines) REQUIRE(Columns(line) == 12);
  REQUIRE(
      lines[0] ==
      "latency,count,mean_ns,min_ns,p50_ns,p90_ns,p99_ns,p999_ns,p9999_ns,max_ns,failed,clamped");
  REQUIRE_THAT(lines[1], Catch::StartsWith("response,99900,") && Catch::EndsWith(",90,"));
  REQUIRE_THAT(lines[4], Catch::StartsWith("failed,90,1000000.0,1000000,"));
  REQUIRE_THAT(lines[3], Catch::StartsWith("send_lag,99990,20000.0,20000,"));
  REQUIRE_THAT(lines[7], Contains("remove_service,1000,") && Contains(",,,"));  // no p99.9
}

TEST_CASE("every format has the percentiles that were asked for") {
  RunResult run = MixedSample();
  run.config.percentiles = *ParsePercentiles("50,95,99.9");
  Json result = ToJson(run);
  result["histograms"] = HistogramsJson(run);
  REQUIRE(result["latency_ns"]["response"].contains("p95"));
  REQUIRE_FALSE(result["latency_ns"]["response"].contains("p90"));
  REQUIRE_FALSE(result["levels"]["cache"]["service_ns"].contains("p99"));
  REQUIRE_THAT(ResultLatencyCsv(result), Contains(",p50_ns,p95_ns,p999_ns,max_ns,"));
  REQUIRE_THAT(ResultMarkdown(result), Contains("| mean | p50 | p95 | p99.9 | max |"));
  REQUIRE_THAT(ResultPrometheus(result), Contains("{latency=\"response\",quantile=\"0.95\"}"));
  const Json fortio = Json::parse(*ResultFortio(result, "response"));
  REQUIRE(fortio["DurationHistogram"]["Percentiles"][1]["Percentile"] == 95.0);
  REQUIRE_THAT(
      TextOfLoadgen(result),
      Contains("\nlatency          count      mean       p50       p95     p99.9       max"));
}

TEST_CASE("Markdown of a name stays the name") {
  Json result = SampleResult();
  result["balance"]["nodes"][0]["name"] = "a|b\n# <i>*x*";
  const std::string text = ResultMarkdown(result);
  REQUIRE_THAT(text, Catch::StartsWith("## loadgen: VALID\n"));
  REQUIRE_THAT(text, Contains("| a\\|b \\# \\<i\\>\\*x\\* | "));
  REQUIRE_THAT(text, Contains("| response (from the planned start) | 99,900 | 90 |"));
  REQUIRE_THAT(text, Contains("- holds: p99\\<5ms, measured 8"));
  REQUIRE_THAT(text, Contains("\n    loadgen --qps 10000\n"));
  // Every row of a table has the cells of its head.
  std::ptrdiff_t bars = 0;
  for (const std::string& line : Lines(text)) {
    if (!line.starts_with("|")) {
      bars = 0;
      continue;
    }
    const auto own = std::ranges::count(line, '|') - (line.find("a\\|b") == line.npos ? 0 : 1);
    if (bars != 0) REQUIRE(own == bars);
    bars = own;
  }
}

TEST_CASE("the exposition has base units and quotes what names may hold") {
  Json result = SampleResult();
  result["balance"]["nodes"][0]["name"] = "a\"b\\c\nd";
  result["balance"]["nodes"][1].erase("measured_share");
  const std::string text = ResultPrometheus(result);
  REQUIRE_THAT(text, Contains("ringlab_loadgen_node_requests{node=\"a\\\"b\\\\c\\nd\"} 40000\n"));
  REQUIRE_THAT(text, !Contains("node=\"n1\",share=\"measured\""));
  REQUIRE_THAT(text, Contains("ringlab_loadgen_requests{outcome=\"not_found\"} 2000\n"));
  REQUIRE_THAT(text, Contains("ringlab_loadgen_run_valid 1\n"));
  REQUIRE_THAT(text, Contains("{latency=\"send_lag\",quantile=\"0.99\"} 2.0000000000000002e-05\n"));
  REQUIRE_THAT(text, Contains("_count{latency=\"response\"} 99900\n"));
  // Each family has its head once, and its samples behind it.
  std::string family;
  std::vector<std::string> known;
  for (const std::string& line : Lines(text)) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      REQUIRE(std::ranges::find(known, family) == known.end());
      known.push_back(family);
    } else if (!line.starts_with("# TYPE ")) {
      REQUIRE(line.starts_with(family));
    }
  }
  REQUIRE(known.size() >= 10);
}

TEST_CASE("fortio's JSON has seconds and bars that hold every value") {
  const Json result = SampleResult();
  const Json json = Json::parse(*ResultFortio(result, "response"));
  const Json& h = json["DurationHistogram"];
  REQUIRE(h["Count"] == 99'900);
  REQUIRE(h["Max"].get<double>() ==
          Approx(result["latency_ns"]["response"]["max"].get<double>() * 1e-9));
  REQUIRE(h["Avg"].get<double>() == Approx(h["Sum"].get<double>() / 99'900));
  std::uint64_t sum = 0;
  double end = 0;
  double percent = 0;
  for (const Json& bar : h["Data"]) {
    sum += bar["Count"].get<std::uint64_t>();
    REQUIRE(bar["Start"].get<double>() >= end * 0.999999);
    end = bar["End"].get<double>();
    REQUIRE(bar["Percent"].get<double>() > percent);
    percent = bar["Percent"].get<double>();
  }
  REQUIRE(sum == 99'900);
  REQUIRE(percent == Approx(100));
  REQUIRE(end >= h["Max"].get<double>());
  REQUIRE(h["Percentiles"].size() == 5);
  REQUIRE(json["RequestedQPS"] == "10000");
  REQUIRE(json["ActualDuration"] == 10'000'000'000);
  REQUIRE(json["RetCodes"]["OK"] == 97'900);
  REQUIRE(Json::parse(*ResultFortio(result, "set"))["DurationHistogram"]["Count"] == 9'000);
}

}  // namespace
}  // namespace ringlab
