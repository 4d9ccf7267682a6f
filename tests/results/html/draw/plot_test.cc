#include "results/html/draw/plot.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "results/html/draw/heat_map.h"
#include "tests/results/html/markup_parts.h"

namespace ringlab::html {
namespace {

Plot Simple() {
  return {.id = "p",
          .title = "Title",
          .summary = "Summary",
          .reading = "Reading",
          .x = {.title = "time (s)",
                .unit = Unit::kSeconds,
                .scale = Scale(Scale::Kind::kLinear, 0, 10)},
          .y = {.title = "rate", .unit = Unit::kRate, .scale = Scale::FromZero(10)}};
}

TEST_CASE("a line is a path over a thousand units either way") {
  Plot plot = Simple();
  plot.lines = {{.name = "sent", .points = {{0, 0}, {5, 5}, {10, 10}}}};
  const std::string figure = PlotFigure(plot);
  CHECK_THAT(figure, Catch::Contains("d=\"M0 1000L500 500L1000 0\""));
  CHECK(IsBalanced(figure));
}

TEST_CASE("a gap breaks the line and no figure becomes nothing") {
  Plot plot = Simple();
  plot.lines = {{.name = "sent", .points = {{0, 0}, {2, NAN}, {5, 5}, {10, INFINITY}}}};
  CHECK_THAT(PlotFigure(plot), Catch::Contains("d=\"M0 1000M500 500\""));
  CHECK_THAT(PlotFigure(plot), !Catch::Contains("nan") && !Catch::Contains("inf"));
}

TEST_CASE("a long line is thinned out and keeps its gaps") {
  Plot plot = Simple();
  Line line{.name = "sent", .points = {}};
  for (int i = 0; i < 50'000; ++i) {
    line.points.push_back({i / 5000.0, i == 25'000 ? NAN : 5.0 + std::sin(i)});
  }
  plot.lines = {line};
  const std::string figure = PlotFigure(plot);
  CHECK(figure.size() < 12'000);
  const std::size_t path = figure.rfind("class=\"line");
  const std::string d = figure.substr(path, figure.find("</path>", path) - path);
  CHECK(CountOf(d, "L") + CountOf(d, "M") <= kPlotPoints);
  CHECK(CountOf(d, "M") == 2);
}

TEST_CASE("every axis has its title and every chart its reading and its description") {
  const std::string figure = PlotFigure(Simple());
  for (const char* text : {"time (s)", "rate", "<figcaption>Reading</figcaption>",
                           "<title id=\"p-t\">Title</title>", "<desc id=\"p-d\">Summary</desc>",
                           "role=\"img\"", "data-x=\"lin 0 10 s\"", "data-y=\"lin 0 10 rate\""}) {
    CHECK_THAT(figure, Catch::Contains(text));
  }
}

TEST_CASE("hostile names stay text") {
  Plot plot = Simple();
  plot.title = plot.summary = plot.reading = plot.x.title = kHostile;
  plot.lines = {{.name = kHostile, .points = {{0, 1}}}};
  plot.bands = {{.name = kHostile, .spans = {{0, 1, 2}}}};
  plot.shades = {{.from = 1, .to = 2, .title = kHostile}};
  plot.shades_name = kHostile;
  plot.rules = {{.at = 1, .label = kHostile}};
  const std::string figure = PlotFigure(plot);
  CHECK_THAT(figure, !Catch::Contains("<img"));
  CHECK(IsBalanced(figure));
}

TEST_CASE("bands and lines are numbered as their keys are") {
  Plot plot = Simple();
  plot.bands = {{.name = "empty", .spans = {}}, {.name = "band", .spans = {{0, 1, 2}, {10, 1, 2}}}};
  plot.lines = {{.name = "line", .points = {{0, 1}}, .hidden = true}};
  const std::string figure = PlotFigure(plot);
  CHECK_THAT(figure,
             Catch::Contains("class=\"fill c1\" data-s=\"1\" d=\"M0 800L1000 800L1000 900L0 "
                             "900Z\""));
  CHECK_THAT(figure, Catch::Contains("class=\"line c1 solid off\" data-s=\"2\""));
  CHECK_THAT(figure, Catch::Contains("data-s=\"2\" aria-pressed=\"false\""));
}

TEST_CASE("heat is merged by adding until it fits") {
  HeatMap map{.bounds = {}, .counts = {}};
  for (int i = 0; i <= 100; ++i) map.bounds.push_back(100.0 * (i + 1));
  map.counts.assign(1'000, std::vector<double>(100, 1.0));
  CHECK(MergeCells(map) == 7);
  CHECK(map.counts.size() == 143);
  CHECK(map.bounds.size() == 51);
  CHECK(map.bounds.back() == 10'100);
  CHECK(map.counts.front().front() == 14);
  double all = 0;
  for (const auto& column : map.counts) {
    for (const double count : column) all += count;
  }
  CHECK(all == 100'000);
}

TEST_CASE("heat levels are by the logarithm") {
  CHECK(HeatLevel(0, 100) == 0);
  CHECK(HeatLevel(1, 100) == 1);
  CHECK(HeatLevel(10, 100) == 5);
  CHECK(HeatLevel(100, 100) == 9);
  CHECK(HeatLevel(1, 1) == 9);
}

TEST_CASE("cells of a row that are alike are one rectangle") {
  HeatMap map{.bounds = {1, 2, 4}, .counts = {{5, 0}, {5, 0}, {0, 5}}};
  const std::string figure = HeatFigure(Simple(), map);
  CHECK_THAT(figure, Catch::Contains("viewBox=\"0 0 3 2\""));
  CHECK_THAT(figure, Catch::Contains("class=\"h9\" d=\"M0 1h2v1h-2zM2 0h1v1h-1z\""));
  CHECK_THAT(figure, Catch::Contains("data-counts=\"5,;5,;,5;\" data-bounds=\"1,2,4\""));
  CHECK(IsBalanced(figure));
}

}  // namespace
}  // namespace ringlab::html
