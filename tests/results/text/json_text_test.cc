#include "results/text/json_text.h"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "results/text/json_fit.h"
#include "results/text/json_view.h"

namespace ringlab {
namespace {

TEST_CASE("JSON text has figures on one line and comes back whole") {
  const auto json = nlohmann::ordered_json::parse(
      R"({"a":1,"list":[1,2.5,null],"table":[{"x":1},{"x":[2,3]}],"none":{},"rows":[[1],[2]],)"
      R"("in":{"b":"c"}})");
  const std::string text = JsonText(json);
  REQUIRE(nlohmann::ordered_json::parse(text) == json);
  REQUIRE(text ==
          R"({
 "a": 1,
 "list": [1,2.5,null],
 "table": [
  {"x":1},
  {
   "x": [2,3]
  }
 ],
 "none": {},
 "rows": [
  [1],
  [2]
 ],
 "in": {
  "b": "c"
 }
}
)");
  REQUIRE(JsonText("\xff") == "\"\xef\xbf\xbd\"\n");
}

TEST_CASE("what is no number leaves an object, and a hole in a list") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double beyond = std::numeric_limits<double>::infinity();
  nlohmann::ordered_json json{{"gone", none}, {"stays", 1}, {"column", {1.5, none, beyond, 2.5}}};
  MakeFitToPrint(json);
  REQUIRE(json.dump() == R"({"stays":1,"column":[1.5,null,null,2.5]})");
}

TEST_CASE("a view of JSON is nothing where there is nothing") {
  const auto json = nlohmann::ordered_json::parse(
      R"({"n":7,"f":1.5,"neg":-3,"huge":1e300,"t":"x","yes":true,"no":null,"list":[1,"a"],)"
      R"("in":{"b":2}})");
  const JsonView view(json);
  REQUIRE(view["n"].count() == 7);
  REQUIRE(view["f"].number() == 1.5);
  REQUIRE(view["f"].count() == 1);
  REQUIRE(view["neg"].count() == 0);
  REQUIRE(view["huge"].count() > 1'000'000'000'000'000'000);
  REQUIRE(view["huge"].seconds() > std::chrono::hours(1'000'000));
  REQUIRE(view["f"].seconds() == std::chrono::milliseconds(1500));
  REQUIRE(view["t"].text() == "x");
  REQUIRE(view["yes"].is_true());
  REQUIRE(view["in"]["b"].count() == 2);
  REQUIRE(view["list"].items().size() == 2);
  REQUIRE(view.names().size() == 9);
  for (const JsonView& nothing :
       {view["no"], view["gone"], view["t"]["x"], view["list"]["0"], view["gone"]["gone"]}) {
    REQUIRE_FALSE(nothing.is_there());
    REQUIRE_FALSE(nothing.maybe().has_value());
    REQUIRE_FALSE(nothing.is_true());
    REQUIRE(nothing.count() == 0);
    REQUIRE(nothing.text().empty());
    REQUIRE(nothing.items().empty());
    REQUIRE(nothing.names().empty());
  }
  REQUIRE(view["t"].count() == 0);
  REQUIRE(view["n"].text().empty());
}

}  // namespace
}  // namespace ringlab
