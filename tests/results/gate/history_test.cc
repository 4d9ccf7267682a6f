#include "results/gate/history.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "results/gate/change_points.h"

namespace ringlab {
namespace {

std::vector<double> Series(const std::vector<std::pair<int, double>>& stretches, double noise,
                           std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> series;
  for (const auto& [length, level] : stretches) {
    for (int i = 0; i < length; ++i) {
      series.push_back(level * (1 + noise * (rng.Uniform() - 0.5)));
    }
  }
  return series;
}

TEST_CASE("a run becomes a line and lines become a series") {
  BenchMeasurements run;
  run.suite = "micro";
  run.exact[{"hash", "instructions"}] = {2'050, 100};
  run.timed["hash"] = {.unit = "ns/op", .samples = {5, 6, 7}};
  const std::string line = HistoryLine(run, "abc", "2026-11-21T00:00:00Z").dump();
  CHECK(line.find('\n') == std::string::npos);
  const auto points = ParseHistory(line + "\n" + line + "\n", "x").value();
  REQUIRE(points.size() == 2);
  CHECK(points[1].commit == "abc");
  CHECK(points[1].metrics.at("hash/instructions") == Approx(20.5));
  CHECK(points[1].metrics.at("hash/time") == Approx(6));
  CHECK(ParseHistory("", "x").value().empty());
}

TEST_CASE("a history with a bad line says which") {
  const std::string good = HistoryLine({}, "abc", "now").dump();
  const std::string with_metrics =
      R"({"schema_version":1,"commit":"a","at":"b","metrics":{"m":1}})";
  for (const char* bad : {"{", "[]", "7", R"({"schema_version":1})",
                          R"({"schema_version":9,"commit":"a","at":"b","metrics":{}})",
                          R"({"schema_version":1,"commit":"a","at":"b","metrics":{"m":"x"}})"}) {
    const auto read = ParseHistory(with_metrics + "\n" + bad + "\n", "x");
    INFO(bad);
    REQUIRE(!read);
    CHECK(read.error().message.find("line 2") != std::string::npos);
  }
}

TEST_CASE("a level that shifted is found where it did") {
  const auto found = ChangePoints(Series({{15, 100}, {12, 110}}, 0.04, 1));
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == 15);
  CHECK(found[0].before == Approx(100).epsilon(0.02));
  CHECK(found[0].after == Approx(110).epsilon(0.02));
  CHECK(found[0].p <= 0.01);
}

TEST_CASE("a history for a page has each metric with its changes") {
  std::vector<HistoryPoint> points;
  for (int i = 0; i < 20; ++i) {
    const std::string commit = "c" + std::to_string(i);
    points.push_back({commit, "2026", {{"a/ns", i < 9 ? 412.0 : 455.0}}});
    if (i % 2 == 0) points.back().metrics["b/ns"] = 7;
  }
  const auto json = HistoryJson(points, "");
  REQUIRE(json.at("series").size() == 2);
  const auto& changed = json.at("series")[0];
  CHECK(changed.at("points").size() == 20);
  REQUIRE(changed.at("changes").size() == 1);
  CHECK(changed.at("changes")[0].at("at") == 9);
  CHECK(changed.at("points")[9].at("commit") == "c9");
  CHECK(json.at("series")[1].at("points").size() == 10);
  CHECK(json.at("series")[1].at("changes").empty());
  CHECK(HistoryJson(points, "b/").at("series").size() == 1);
}

TEST_CASE("two shifts are two change points") {
  const auto found = ChangePoints(Series({{12, 100}, {12, 120}, {12, 90}}, 0.04, 2));
  REQUIRE(found.size() == 2);
  CHECK(found[0].at == 12);
  CHECK(found[1].at == 24);
}

TEST_CASE("noise and single spikes are no change of level") {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    found += ChangePoints(Series({{30, 100}}, 0.1, seed), seed).empty() ? 0 : 1;
  }
  CHECK(found <= 4);  // 1 % by design
  auto spiky = Series({{30, 100}}, 0.02, 3);
  spiky[14] = 300;
  CHECK(ChangePoints(spiky).empty());
  CHECK(ChangePoints(std::vector<double>(30, 5)).empty());
  CHECK(ChangePoints(std::vector<double>{}).empty());
  CHECK(ChangePoints(std::vector<double>{1, 2, 1, 2, 9, 9, 9}).empty());  // too few
}

TEST_CASE("a long series is searched at its end") {
  auto series = Series({{300, 100}, {100, 120}}, 0.02, 4);
  const auto found = ChangePoints(series);
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == 300);
}

TEST_CASE("times and hashes of a history are known by their form") {
  CHECK(IsUtc("2026-11-21T10:00:00Z"));
  for (const char* text : {"", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "x"}) {
    CHECK_FALSE(IsUtc(text));
  }
  CHECK(IsHash("0123abc"));
  CHECK(IsHash("0123456789abcdef0123456789abcdef01234567+"));
  for (const char* text : {"", "+", ".", "012345", "HEAD", "unknown", "0123456789ABC"}) {
    CHECK_FALSE(IsHash(text));
  }
}

}  // namespace
}  // namespace ringlab
