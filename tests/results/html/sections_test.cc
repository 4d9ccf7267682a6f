#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/html/draw/ring_circle.h"
#include "results/html/draw/table.h"
#include "results/html/node_sections.h"
#include "results/html/sim_sections.h"
#include "results/html/time_parts.h"
#include "results/html/time_sections.h"
#include "tests/results/html/markup_parts.h"
#include "tests/results/html/sample_json.h"

namespace ringlab::html {
namespace {

TEST_CASE("fields of another type are absent") {
  const Json json{{"a", {{"b", 1.5}, {"c", "text"}, {"d", nullptr}}}, {"list", {1, "x", nullptr}}};
  CHECK(NumberAt(json, "a/b") == 1.5);
  CHECK(!NumberAt(json, "a/c"));
  CHECK(!NumberAt(json, "a/b/c"));
  CHECK(!NumberAt(json, "x/y"));
  CHECK(TextAt(json, "a/c") == "text");
  CHECK(TextAt(json, "a/b").empty());
  const std::vector<double> column = ColumnAt(json, "list");
  REQUIRE(column.size() == 3);
  CHECK(column[0] == 1);
  CHECK(std::isnan(column[1]));
  CHECK(ListAt(json, "a").empty());
}

TEST_CASE("requests under way are in the table of a run that goes on, and in no other") {
  Json json = SampleLoadgen();
  CHECK_THAT(ErrorsSection(json).body, !Catch::Contains("under way</th>"));
  json["totals"]["ok"] = 30'000;
  CHECK_THAT(ErrorsSection(json).body,
             Catch::Contains("under way</th><td class=\"number\">25</td>"));
}

TEST_CASE("a case of a swarm is drawn from whatever its diagram is") {
  const Json diagram{
      {"nodes", {"client", "<node-0>", 3}},
      {"kinds", {"Get", "reply"}},
      {"from_s", 1.0},
      {"to_s", 2.0},
      {"messages",
       {{0, 1, 0, 1.25, 1.5},
        {1, 0, 1, 1.5, nullptr},
        {0, 7, 0, 1.5, 1.6},
        {0, -1, 0, 1.5, 1.6},
        {0, "x"},
        "no message",
        {0, 1, 1e300, 1.5, 1.6}}},
      {"faults",
       {{{"nodes", {1, 9, "x"}}, {"from_s", 1.5}, {"to_s", 1.75}, {"text", "<cut>"}}, "no fault"}}};
  const Json result{{"swarm", {{"diagram", diagram}, {"failed", Json::array()}}}};
  const std::string body = SwarmSection(result).body;
  CHECK_THAT(body, Catch::Contains("&lt;node-0&gt;") && !Catch::Contains("<node-0>"));
  CHECK_THAT(body, Catch::Contains("M250 250L500 750"));  // it arrived
  CHECK_THAT(body, Catch::Contains("M500 750L500 575"));  // it did not
  CHECK_THAT(body, Catch::Contains("&lt;cut&gt;"));
  CHECK(SwarmSection(Json::object()).body.empty());
  CHECK(SwarmSection(Json{{"swarm", {{"diagram", 7}}}}).body.empty());
}

TEST_CASE("neighbouring intervals that missed the schedule are one stretch") {
  Json json;
  json["series"] = {{"interval_s", 2.0},
                    {"at_s", {0, 2, 4, 6, 8}},
                    {"scheduled", {100, 100, 100, 100, 100}},
                    {"skipped", {0, 1, 2, 3, 0}},
                    {"late", {1, 0, 5, 0, nullptr}}};
  const std::vector<Shade> shades = MissedSchedule(json, IntervalsOf(json));
  REQUIRE(shades.size() == 1);  // a hundredth is not more than a hundredth
  CHECK(shades[0].from == 4);
  CHECK(shades[0].to == 8);
  CHECK(shades[0].title == "4 s to 8 s: 10 of 200 requests skipped or sent late");
}

TEST_CASE("intervals out of order are none") {
  CHECK(IntervalsOf(Json{{"series", {{"at_s", {0, 2, 1}}}}}).at.empty());
  CHECK(IntervalsOf(Json{{"series", {{"at_s", {0}}}}}).at.empty());
  CHECK(IntervalsOf(Json{{"series", {{"at_s", {0, 1}}, {"interval_s", 0}}}}).at.empty());
  CHECK(IntervalsOf(Json{{"series", {{"at_s", {0, 1}}}}}).end() == 2);
}

TEST_CASE("layers are shares one on another and add up to 1") {
  const Intervals intervals{.at = {0, 1, 2}, .length = 1};
  const std::vector<Band> bands = StackOf({{"a", {1, 0, 3}}, {"b", {3, 0, NAN}}}, intervals);
  REQUIRE(bands.size() == 2);
  REQUIRE(bands[0].spans.size() == 2);  // the empty interval is left out
  CHECK(bands[0].spans[0].high == 0.25);
  CHECK(bands[1].spans[0].low == 0.25);
  CHECK(bands[1].spans[0].high == 1);
  CHECK(bands[0].spans[1].high == 1);
  CHECK(bands[1].spans[1].x == 2.5);
}

TEST_CASE("of many nodes the busiest and the idlest are shown") {
  std::vector<NodeRow> rows;
  for (int i = 0; i < 100; ++i) {
    rows.push_back({.name = "n" + std::to_string(i), .measured = (i * 37 % 100) / 5000.0});
  }
  const std::vector<NodeRow> shown = RowsToShow(rows);
  REQUIRE(shown.size() == kBusiest + kIdlest);
  CHECK(shown.front().Load() == 99 / 5000.0);
  CHECK(shown[kBusiest - 1].Load() == 80 / 5000.0);
  CHECK(shown[kBusiest].Load() == 9 / 5000.0);
  CHECK(shown.back().Load() == 0);
  rows.resize(kNodeRows);
  CHECK(RowsToShow(rows).front().name == "n0");  // few are left in their order
}

TEST_CASE("few nodes have a colour each and of many two have one") {
  CHECK(NodeColours({0.5, 0.5}) == std::vector<std::string>{"c1", "c2"});
  std::vector<double> shares(12, 1.0 / 12);
  shares[3] = 0.2;
  shares[7] = 0.01;
  const std::vector<std::string> colours = NodeColours(shares);
  CHECK(colours[3] == "c2");
  CHECK(colours[7] == "c1");
  CHECK(colours[4] == "o0");
  CHECK(colours[5] == "o1");
}

TEST_CASE("arcs are dashes where they are and shares are dashes put together") {
  const std::string circle = RingCircle({.title = "ring",
                                         .names = {"a", "b"},
                                         .shares = {0.75, 0.25},
                                         .arc_ends = {0.25, 0.5, 1.0},
                                         .owners = {0, 1, 0}});
  CHECK_THAT(circle, Catch::Contains("\"0 0 25000 25000 50000 100000\""));  // a, outside
  CHECK_THAT(circle, Catch::Contains("\"0 0 75000 100000\""));              // a, inside
  CHECK_THAT(circle, Catch::Contains("\"0 25000 25000 100000\""));          // b, outside
  CHECK_THAT(circle, Catch::Contains("\"0 75000 25000 100000\""));          // b, inside
  CHECK_THAT(circle, Catch::Contains("a: 75.00 %"));
  CHECK(IsBalanced(circle));
}

TEST_CASE("arcs that no node owns or that go back are not drawn") {
  const std::string circle = RingCircle({.title = "ring",
                                         .names = {"a"},
                                         .shares = {1},
                                         .arc_ends = {0.5, 0.2, 7},
                                         .owners = {0, 5, 0}});
  CHECK_THAT(circle, Catch::Contains("\"0 0 50000 0 50000 100000\""));
}

TEST_CASE("a strip draws over its scale and says itself in words") {
  Strip strip(Scale(Scale::Kind::kLinear, 0, 2));
  strip.Bar(1, "plain").Mark(0.5, "ink").Dot(2, "c2");
  const std::string markup = strip.Markup("a: 1");
  CHECK_THAT(markup, Catch::Contains("class=\"bar plain\" x=\"0\" y=\"5\" width=\"500\""));
  CHECK_THAT(markup, Catch::Contains("d=\"M250 1V19\""));
  CHECK_THAT(markup, Catch::Contains("d=\"M1000 10h0\""));
  CHECK_THAT(markup, Catch::Contains("<title>a: 1</title>"));
}

TEST_CASE("a table names its rows and columns for those who hear it") {
  Table table("What it holds.", {{"name", false}, {"figure"}});
  table.Row({"a", "1"}, "total");
  const std::string markup = table.Markup();
  CHECK_THAT(markup, Catch::Contains("<caption>What it holds.</caption>"));
  CHECK_THAT(markup, Catch::Contains("<th scope=\"col\" class=\"number\">figure</th>"));
  CHECK_THAT(markup,
             Catch::Contains("<tr class=\"total\"><th scope=\"row\" class=\"text\">a</th>"));
}

}  // namespace
}  // namespace ringlab::html
