// What others are told of a run, as text.
#include "loadgen/live/figures.h"

#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <string>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// "name{labels}" -> value.
std::map<std::string, double> Samples(const std::string& text) {
  std::map<std::string, double> samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t space = line.rfind(' ');
    samples[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
  return samples;
}

TEST_CASE("every count of a run is a metric, and its histograms add up") {
  LiveFigures figures;
  figures.totals = {.scheduled = 20,
                    .sent = 19,
                    .skipped = 1,
                    .ok = 9,
                    .not_found = 2,
                    .errors = 3,
                    .timeouts = 4,
                    .wrong_values = 5};
  figures.in_flight = 1;
  figures.run = 3;
  for (const std::int64_t ns : {9'000, 10'000, 11'000, 1'500'000, 90'000'000}) {
    figures.response.Record(ns);
  }
  const auto samples = Samples(PrometheusText(figures));
  const auto at = [&](const std::string& name) { return samples.at("ringlab_loadgen_" + name); };
  CHECK(at("scheduled_total") == 20);
  CHECK(at("sent_total") == 19);
  CHECK(at("skipped_total") == 1);
  CHECK(at("requests_total{result=\"ok\"}") == 9);
  CHECK(at("requests_total{result=\"not_found\"}") == 2);
  CHECK(at("requests_total{result=\"error\"}") == 3);
  CHECK(at("requests_total{result=\"timeout\"}") == 4);
  CHECK(at("wrong_values_total") == 5);
  CHECK(at("in_flight") == 1);
  CHECK(at("run") == 3);
  CHECK(at("over") == 0);
  CHECK(at("response_seconds_count") == 5);
  CHECK(at("response_seconds_sum") == Approx(0.09153));
  CHECK(at("response_seconds_bucket{le=\"+Inf\"}") == 5);
  CHECK(at("service_seconds_count") == 0);
  double before = 0;
  std::size_t buckets = 0;
  for (std::int64_t ten = 10'000; ten < 10'000'000'000; ten *= 10) {
    for (const std::int64_t times : {1, 2, 5}) {
      const std::int64_t bound = Histogram::HighestAt(Histogram::IndexOf(times * ten));
      std::uint64_t below = 0;
      figures.response.ForEachBucket([&](std::int64_t, std::int64_t highest, std::uint64_t count) {
        below += highest <= bound ? count : 0;
      });
      for (const auto& [name, count] : samples) {
        const std::size_t le = name.find("response_seconds_bucket{le=\"");
        if (le == std::string::npos || name.find("Inf") != std::string::npos) continue;
        const double seconds_bound = std::stod(name.substr(name.find('"') + 1));
        if (seconds_bound != Approx(static_cast<double>(bound) * 1e-9).epsilon(1e-9)) continue;
        ++buckets;
        CHECK(count == static_cast<double>(below));
        CHECK(count >= before);
        before = count;
      }
    }
  }
  CHECK(buckets == 18);
}

TEST_CASE("the last of the figures says so") {
  LiveFigures figures;
  figures.state = RunState::kOver;
  CHECK(Samples(PrometheusText(figures)).at("ringlab_loadgen_over") == 1);
}

TEST_CASE("a row has a cell for each column, empty where there are too few to tell") {
  TimeSeries series(seconds(2), seconds(1));
  std::vector<TimeSeries::Answer> answers(
      100, {.interval = 1,
            .response = static_cast<std::uint16_t>(Histogram::IndexOf(2'000'000)),
            .service = static_cast<std::uint16_t>(Histogram::IndexOf(1'000'000))});
  series.Add(answers);
  const TimeSeries::Counts counts{.scheduled = 103,
                                  .sent = 102,
                                  .skipped = 1,
                                  .late = 7,
                                  .ok = 98,
                                  .not_found = 2,
                                  .failed = 2,
                                  .response_max = 2'000'500};
  const auto cells = [](const std::string& row) { return std::ranges::count(row, ',') + 1; };
  const std::string row = CsvRow(series, 1, counts);
  CHECK(row.starts_with("1.000,103,102,98,2,2,1,7,"));
  CHECK(row.ends_with('\n'));
  CHECK(cells(row) == cells(CsvHeader()));
  CHECK(row.find(",2000500,") != std::string::npos);
  CHECK(CsvRow(series, 0, {}) == "0.000,0,0,0,0,0,0,0,,,,,,\n");
  CHECK(cells(CsvRow(series, 0, {})) == cells(CsvHeader()));
}

TEST_CASE("a second is settled when what was sent in it has ended") {
  CHECK(IsSettled({}));
  CHECK(IsSettled({.sent = 3, .ok = 1, .not_found = 1, .failed = 1}));
  CHECK_FALSE(IsSettled({.sent = 3, .ok = 2}));
}

}  // namespace
}  // namespace ringlab
