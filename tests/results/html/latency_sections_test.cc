#include "results/html/latency_sections.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/base/histogram.h"
#include "results/hdr/v2.h"
#include "tests/results/html/sample_json.h"

namespace ringlab::html {
namespace {

TEST_CASE("a spectrum says where each percentile is") {
  Histogram histogram;
  for (int i = 1; i <= 1'000; ++i) histogram.Record(i);
  const std::vector<Point> points = SpectrumOf(HdrHistogram::Of(histogram));
  CHECK(points.front().x == 1);
  CHECK(points.front().y == 1);
  CHECK(points.back().x == 1'000);
  CHECK(points.back().y == 1'000);
  double at_half = 0;
  double at_99 = 0;
  for (const Point& p : points) {
    if (p.x <= 2) at_half = p.y;
    if (p.x <= 100) at_99 = p.y;
  }
  CHECK(at_half == Approx(500).epsilon(0.03));
  CHECK(at_99 == Approx(991).epsilon(0.01));
  for (std::size_t i = 1; i < points.size(); ++i) {
    CHECK(points[i - 1].x <= points[i].x);
    CHECK(points[i - 1].y <= points[i].y);
  }
}

TEST_CASE("a spectrum of one value and of none") {
  Histogram histogram;
  CHECK(SpectrumOf(HdrHistogram::Of(histogram)).empty());
  histogram.RecordMany(77, 5);
  const std::vector<Point> points = SpectrumOf(HdrHistogram::Of(histogram));
  CHECK(points.front().y == 77);
  CHECK(points.back().x == 5);
}

TEST_CASE("a wide histogram has hundreds of points and not thousands") {
  Histogram histogram;
  for (int i = 1; i <= 200'000; ++i) histogram.Record(i * 1'000);
  const std::size_t points = SpectrumOf(HdrHistogram::Of(histogram)).size();
  CHECK(points > 100);
  CHECK(points < 700);
}

TEST_CASE("without a histogram the percentiles of the table make the curve") {
  const std::vector<Point> points = SpectrumOf(SampleLatency(1));
  REQUIRE(points.size() == 6);  // min, p50, p90, p99, p99.9, max
  CHECK(points[3].x == 100);
  CHECK(points[3].y == 3e6);
  CHECK(points.back().x == 20'000);
}

TEST_CASE("a histogram in the result is used and the page says when there is none") {
  Json json = SampleLoadgen();
  CHECK_THAT(SpectrumSection(json, nullptr).body, Catch::Contains("Only the percentiles"));
  Histogram histogram;
  for (int i = 1; i <= 10'000; ++i) histogram.Record(i * 100);
  json["histograms"]["response"]["hdr_v2"] = EncodeHdr(histogram);
  CHECK_THAT(SpectrumSection(json, nullptr).body, !Catch::Contains("Only the percentiles"));
  json["histograms"]["response"]["hdr_v2"] = "HISTFAAAAgarbage";
  CHECK_THAT(SpectrumSection(json, nullptr).body, Catch::Contains("<svg"));
}

TEST_CASE("how well a percentile is known stands in a table and beside its curve") {
  Json json = SampleLoadgen();
  CHECK(IntervalTable(json).empty());
  CHECK_THAT(SpectrumSection(json, nullptr).body, !Catch::Contains("whisker"));
  json["latency_ns"]["response"]["interval95"] = {{"p50", {580e3, 620e3}},
                                                  {"p90", {nullptr, 1800e3}},
                                                  {"p99", {2900e3, nullptr}},
                                                  {"p999", {nullptr, nullptr}}};
  const std::string table = IntervalTable(json);
  CHECK_THAT(table, Catch::Contains(">580 µs to 620 µs<") && Catch::Contains(">up to 1.80 ms<") &&
                        Catch::Contains(">from 2.90 ms<"));
  CHECK_THAT(table, !Catch::Contains("service"));
  const std::string spectrum = SpectrumSection(json, nullptr).body;
  CHECK_THAT(spectrum, Catch::Contains("class=\"whisker c1\"") &&
                           Catch::Contains("95 % interval of a percentile"));
  const std::size_t at = spectrum.find("class=\"whisker");
  const std::string path = spectrum.substr(at, spectrum.find('>', at) - at);
  CHECK(std::ranges::count(path, 'M') == 1);  // of p50 alone both ends are known
}

TEST_CASE("intervals that are none are not drawn") {
  Json json = SampleLoadgen();
  for (const Json& wrong :
       {Json("x"), Json::array({1, 2}), Json{{"p50", 7}}, Json{{"p50", {1}}},
        Json{{"p50", {2e6, 1e6}}}, Json{{"p50", {-1, 1e6}}}, Json{{"pp", {1e6, 2e6}}}}) {
    json["latency_ns"]["response"]["interval95"] = wrong;
    INFO(wrong.dump());
    CHECK_THAT(SpectrumSection(json, nullptr).body, !Catch::Contains("whisker"));
  }
}

}  // namespace
}  // namespace ringlab::html
