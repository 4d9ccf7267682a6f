#include "loadgen/search/range.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a range of rates is read as people type it") {
  REQUIRE(ParseRateRange("1k..200k").value() == RateRange{1e3, 200e3});
  REQUIRE(ParseRateRange("500..20000").value() == RateRange{500, 20'000});
  REQUIRE(ParseRateRange("0.5..1.5M").value() == RateRange{0.5, 1.5e6});
}

TEST_CASE("what is no range is refused with what would be one") {
  for (const char* const text : {"", "1k", "1k-2k", "..", "1k..", "..2k", "0..1k", "-1..5", "x..y",
                                 "1k..2e9", "1K..2K", "1..2..3", "nan..5", "1..inf"}) {
    const auto range = ParseRateRange(text);
    INFO(text);
    REQUIRE_FALSE(range.has_value());
    REQUIRE_THAT(range.error().message, Contains("\"" + std::string(text) + "\": expected"));
    REQUIRE_THAT(range.error().message, Contains("1k..200k"));
  }
  REQUIRE_THAT(ParseRateRange("2k..1k").error().message, Contains("the lower rate first"));
  REQUIRE_THAT(ParseRateRange("1k..1000").error().message, Contains("the lower rate first"));
}

}  // namespace
}  // namespace ringlab
