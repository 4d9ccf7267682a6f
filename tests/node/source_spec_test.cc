#include "node/source_spec.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

TEST_CASE("a source is synthetic or a database") {
  REQUIRE(std::get<SyntheticSpec>(ParseSource("synthetic:size=7").value()).size_min == 7);
  REQUIRE(std::get<SqlSpec>(ParseSource("sqlite:a").value()).file == "a");
  REQUIRE(ParseSyntheticSource("synthetic:size=7")->size_max == 7);
  REQUIRE_THAT(ParseSource("nothing:x").error().message,
               Catch::Contains("expected synthetic:SETTINGS") && Catch::Contains("sqlite:FILE") &&
                   Catch::Contains("postgresql://"));
  const std::string refusal = ParseSyntheticSource("mysql://u:secret@h/d").error().message;
  REQUIRE_THAT(refusal, Catch::Contains("a database is for cachenode and loadgen") &&
                            !Catch::Contains("secret"));
}

TEST_CASE("a source is shown without its password even if it is wrong") {
  REQUIRE(ShownSource("synthetic:size=7") == "synthetic:size=7");
  REQUIRE(ShownSource("mysql://u:secret@h/d?key=k") == "mysql://u@h/d?key=k");
  REQUIRE(ShownSource("mysql://u:secret@h/d?wrong=1") == "mysql://u:***@h/d?wrong=1");
}

TEST_CASE("only a database can be filled") {
  const auto fill = ParseSqlFill("10").value();
  REQUIRE(ComplaintAboutFill(ParseSource("sqlite:a").value(), fill).empty());
  REQUIRE(ComplaintAboutFill(SyntheticSpec{}, std::nullopt).empty());
  REQUIRE_THAT(ComplaintAboutFill(SyntheticSpec{}, fill), Catch::Contains("expected a database"));
  REQUIRE(PrepareSource(SyntheticSpec{}, std::nullopt, {}) == 0);
}

}  // namespace
}  // namespace ringlab
