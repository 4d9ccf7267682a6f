// Reports of rings: what a person and a program read, and that no name can break either.
#include "sim/report/report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

RingReport ReportOf(const std::string& dialect, const Names& names) {
  RingReportOptions options;
  options.ring = {.dialect = dialect, .replicas = 50};
  options.nodes = EqualNodes(names);
  options.joins = NextName(names);
  return ReportRing(options).value();
}

std::string TextOf(const RingReport& report) { return FiguresText(report) + VerdictText(report); }

// Columns as a terminal counts them: continuation bytes of UTF-8 take none.
std::size_t WidestLine(const std::string& text) {
  std::size_t widest = 0;
  std::size_t columns = 0;
  for (const char c : text) {
    if (c == '\n') {
      widest = std::max(widest, columns);
      columns = 0;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      ++columns;
    }
  }
  return widest;
}

TEST_CASE("a ring fits a screen of 100 columns whatever its names hold", "[long]") {
  Names names = {"plain", "ünï-cödé", std::string("\x1b[31mred\x00\xff", 10),
                 std::string(300, 'x')};
  for (int i = 0; i < 30; ++i) names.push_back("node-" + std::to_string(i));
  for (const std::string_view dialect : RingDialects()) {
    const std::string text = TextOf(ReportOf(std::string(dialect), names));
    INFO(text);
    REQUIRE(WidestLine(text) <= 100);
    REQUIRE(std::count(text.begin(), text.end(), '\n') <= 50);
    REQUIRE(text.find('\x1b') == std::string::npos);
    REQUIRE(text.find('\0') == std::string::npos);
  }
}

TEST_CASE("the text of the golden ring has its units and its verdict") {
  const std::string text = TextOf(ReportOf("crc32-prefix", Numbered("node-", 0, 8)));
  REQUIRE_THAT(text, Contains("crc32-prefix, 50 replicas: 8 nodes, 400 points, 0 collisions"));
  REQUIRE_THAT(text, Contains("461923390") && Contains("of 4294967296"));
  REQUIRE_THAT(text, Contains("1.1555") && Contains("0.8271") && Contains("0.1320"));
  REQUIRE_THAT(text, Contains("NAMING-DEPENDENT HASH") && Contains("advice"));
}

TEST_CASE("JSON of a ring has the contract's keys and units that sum to the circle") {
  const auto json = ToJson(ReportOf("crc32-prefix", Numbered("node-", 0, 8)));
  for (const char* key :
       {"ring", "replicas", "nodes", "points", "collisions", "order_independent", "arcs",
        "peak_to_mean", "min_to_mean", "cv", "gini", "jain", "theory", "traffic", "resize"}) {
    INFO(key);
    REQUIRE(json.contains(key));
  }
  std::uint64_t sum = 0;
  for (const auto& arc : json["arcs"]) sum += arc["units"].get<std::uint64_t>();
  REQUIRE(sum == std::uint64_t{1} << 32);
  REQUIRE(json["arcs"][0]["units"] == 461923390);
  for (const char* key : {"expected_peak", "expected_min", "expected_cv", "expected_gini", "cv_low",
                          "cv_high", "cv_percentile"}) {
    INFO(key);
    REQUIRE(json["theory"].contains(key));
  }
  for (const char* key :
       {"zipf_s", "cv", "cv_ring", "cv_popularity", "floor", "hottest_key_share"}) {
    INFO(key);
    REQUIRE(json["traffic"].contains(key));
  }
  REQUIRE(json["resize"]["add"]["spurious"] == 0);
  REQUIRE(json["resize"]["remove"]["ideal"] == Approx(0.125));
  REQUIRE(json["verdict"]["ring"] == "naming-dependent-hash");
  REQUIRE(!json.contains("timing"));  // it was not measured
}

TEST_CASE("all 64-bit places of a lone node are exact in JSON") {
  const auto json = ToJson(ReportOf("xx64", {"alone"}));
  REQUIRE(json["arcs"][0]["units"].get<double>() == 18446744073709551616.0);
  REQUIRE(!json["resize"].contains("remove"));
}

TEST_CASE("the legend says what chance means for each kind of ring") {
  const Names names = Numbered("node-", 0, 8);
  CHECK_THAT(TextOf(ReportOf("xx64", names)), Contains("exact; by chance: what a random hash"));
  CHECK_THAT(TextOf(ReportOf("jump", names)), Contains("what sampling alone"));
  CHECK_THAT(TextOf(ReportOf("mpch", names)),
             Contains("what random points and as many probes") && !Contains("sampling alone"));
  const std::string maglev = TextOf(ReportOf("maglev", names));
  CHECK_THAT(maglev, Contains("by design") && !Contains("random hash") && !Contains("percentile"));
}

TEST_CASE("the positions of a ring's arcs make up its shares") {
  const auto json = ToJson(ReportOf("xx64", Numbered("node-", 0, 5)));
  const auto& ends = json.at("positions").at("ends");
  const auto& owners = json.at("positions").at("owners");
  REQUIRE(ends.size() == owners.size());
  REQUIRE(ends.back() == 1.0);
  std::vector<double> shares(5);
  double begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    shares.at(owners[i].get<std::size_t>()) += ends[i].get<double>() - begin;
    begin = ends[i];
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    REQUIRE(shares[i] == Approx(json.at("arcs")[i].at("share").get<double>()).margin(1e-4));
  }
}

TEST_CASE("arcs that are too many to draw have no positions") {
  REQUIRE(!ToJson(ReportOf("xx64", Numbered("node-", 0, 60))).contains("positions"));
  REQUIRE(!ToJson(ReportOf("rendezvous", Numbered("node-", 0, 5))).contains("positions"));
}

TEST_CASE("names that are no UTF-8 do not break the JSON") {
  const auto json = ToJson(ReportOf("xx64", {"a\xff", "b"}));
  REQUIRE_NOTHROW(json.dump());
}

TEST_CASE("a comparison marks the worst of each column") {
  const Names names = Numbered("node-", 0, 8);
  const std::string text = CompareText({ReportOf("xx64", names), ReportOf("jump", names)});
  const std::string xx64 = text.substr(text.find("\nxx64") + 1, 100);
  REQUIRE_THAT(xx64.substr(0, xx64.find('\n')), Contains("1.15") && Contains("!"));
  REQUIRE(WidestLine(text) <= 100);
}

}  // namespace
}  // namespace ringlab
