#include "results/text/percentiles.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/random.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("percentiles have names of one meaning") {
  const auto some = ParsePercentiles("99.9,50,95,5,10,99.99999");
  REQUIRE(some.has_value());
  REQUIRE(*some == Percentiles{{5, "p5", "p5"},
                               {10, "p10", "p10"},
                               {50, "p50", "p50"},
                               {95, "p95", "p95"},
                               {99.9, "p999", "p99.9"},
                               {99.99999, "p9999999", "p99.99999"}});
  for (const Percentile& p : *some) REQUIRE(PercentileOfKey(p.key) == p.value);
  REQUIRE(ParsePercentiles("50,90,99,99.9,99.99") == DefaultPercentiles());
}

TEST_CASE("every percentile that is taken comes back from its name") {
  Rng rng(5);
  for (int i = 0; i < 2'000; ++i) {
    const double decimals = std::pow(10, static_cast<double>(rng.Below(6)));
    const double value = std::floor((10 + 90 * rng.Uniform()) * decimals) / decimals;
    const auto parsed = ParsePercentiles(nlohmann::json(value).dump());
    CAPTURE(value);
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->front().value == value);
    REQUIRE(PercentileOfKey(parsed->front().key) == value);
  }
}

TEST_CASE("what is no percentile is refused by its text") {
  for (const char* text : {"", "0", "100", "101", "-1", "0.5", "9.9", "99.999999", "p99", "fifty",
                           "50,", "50 ,90", "nan", "1,2,3,4,5,6,7,8,9,10,11,12,13"}) {
    INFO(text);
    const auto refused = ParsePercentiles(text);
    REQUIRE_FALSE(refused.has_value());
    REQUIRE_THAT(refused.error().message, Contains("\"" + std::string(text) + "\": expected"));
  }
  REQUIRE_THAT(ParsePercentiles("90,50,90.0").error().message, Contains("each percentile once"));
  for (const char* key : {"p", "p0", "p100", "p05", "99", "p9x", "mean", "p990", "p99.9"}) {
    INFO(key);
    REQUIRE_FALSE(PercentileOfKey(key).has_value());
  }
}

TEST_CASE("a stored result says which percentiles it shows") {
  using Stored = nlohmann::ordered_json;
  REQUIRE(PercentilesOf(Stored{{"config", {{"percentiles", {50, 95.0}}}}}).back().key == "p95");
  for (const Stored& older : {Stored(), Stored{{"config", Stored::object()}}, Stored{{"config", 3}},
                              Stored{{"config", {{"percentiles", "all"}}}}}) {
    REQUIRE(PercentilesOf(older) == DefaultPercentiles());
  }
  REQUIRE(PercentilesOf(Stored{{"config", {{"percentiles", {"50", 200, nullptr}}}}}).empty());
}

}  // namespace
}  // namespace ringlab
