// A flame graph: boxes as wide as their share, names that do no harm.
#include "results/html/draw/flame_graph.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace ringlab::html {
namespace {

using Catch::Matchers::Contains;

std::size_t CountOf(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("a box is as wide as the share of the samples that have it there") {
  const std::string svg = FlameGraph(
      {{.frames = {"main", "a"}, .samples = 75}, {.frames = {"main", "b", "c"}, .samples = 25}},
      "of a test");
  CHECK_THAT(svg, Contains("of a test"));
  CHECK_THAT(svg, Contains("100 samples"));
  CHECK_THAT(svg, Contains("<title>all: 100.0 % of the samples (100)</title>"));
  CHECK_THAT(svg, Contains("<title>main: 100.0 % of the samples (100)</title>"));
  CHECK_THAT(svg, Contains("<title>a: 75.0 % of the samples (75)</title>"));
  CHECK_THAT(svg, Contains("<title>c: 25.0 % of the samples (25)</title>"));
  CHECK_THAT(svg, Contains("width=\"899.5\""));  // of 1,200, but for a hair between boxes
  CHECK(CountOf(svg, "<g>") == 5);
}

TEST_CASE("the same function in another place of the stack is another box") {
  const std::string svg = FlameGraph({{.frames = {"f", "g"}}, {.frames = {"g", "f"}}}, "t");
  CHECK(CountOf(svg, "<title>f: 50.0 %") == 2);
  CHECK(CountOf(svg, "<title>g: 50.0 %") == 2);
}

TEST_CASE("boxes that nobody could see are left out, and recursion has an end") {
  std::vector<Stack> stacks{{.frames = {"main"}, .samples = 100'000},
                            {.frames = {"main", "rare"}, .samples = 1}};
  CHECK_THAT(FlameGraph(stacks, "t"), !Contains("rare"));
  stacks = {{.frames = std::vector<std::string>(10'000, "again")}};
  CHECK(CountOf(FlameGraph(stacks, "t"), "<g>") == 201);
}

TEST_CASE("names are text, and no samples are a graph too") {
  const std::string svg =
      FlameGraph({{.frames = {"std::vector<int>& \"x\"</svg><script>"}}}, "<t>");
  CHECK_THAT(svg, !Contains("<script>") && Contains("std::vector&lt;int&gt;"));
  CHECK(CountOf(svg, "</svg>") == 1);
  CHECK_THAT(FlameGraph({}, "t"), Contains("0 samples"));
}

}  // namespace
}  // namespace ringlab::html
