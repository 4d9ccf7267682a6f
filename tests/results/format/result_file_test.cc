#include "results/format/result_file.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

std::string Why(const std::string& text) {
  const auto result = ParseResult(text, "a.json");
  return result ? "" : result.error().message;
}

TEST_CASE("a frame of ours is read and another is refused by name") {
  REQUIRE(Why(R"({"schema_version":1,"tool":"loadgen"})").empty());
  REQUIRE(Why(R"({"tool":"gate","schema_version":1,"more":[{"a":1},{"a":2}]})").empty());
  REQUIRE_THAT(Why("[]"), Contains("\"a.json\": no result of ours"));
  REQUIRE_THAT(Why(R"({"schema_version":"1","tool":"sim"})"), Contains("no result of ours"));
  REQUIRE_THAT(Why(R"({"schema_version":2,"tool":"sim"})"), Contains("reads up to 1"));
  REQUIRE_THAT(Why(R"({"schema_version":0,"tool":"sim"})"), Contains("schema_version 0"));
  REQUIRE_THAT(Why(R"({"schema_version":1,"tool":"wrk"})"), Contains("tool: expected"));
  REQUIRE_THAT(Why(R"({"schema_version":1})"), Contains("tool: expected"));
}

TEST_CASE("a text that breaks off is told from one that is wrong") {
  REQUIRE_THAT(Why(R"({"schema_version":1,"tool":"si)"), Contains("it ends in the middle"));
  REQUIRE_THAT(Why(""), Contains("it ends in the middle"));
  REQUIRE_THAT(Why("{]"), Contains("no JSON: ") && !Contains("middle"));
  REQUIRE_THAT(Why("verdict VALID"), Contains("no JSON: "));
  REQUIRE_THAT(Why(R"({"a":1e999})"), Contains("no JSON: "));
}

TEST_CASE("bare NaN and Infinity are no JSON and named") {
  for (const char* number : {"NaN", "Infinity", "-Infinity", "nan", "inf"}) {
    INFO(number);
    REQUIRE_THAT(Why(R"({"schema_version":1,"tool":"bench","x":)" + std::string(number) + "}"),
                 Contains("a bare NaN or Infinity"));
  }
}

TEST_CASE("a key that comes twice is refused wherever it is") {
  REQUIRE_THAT(Why(R"({"schema_version":1,"tool":"sim","tool":"loadgen"})"),
               Contains("the key \"tool\" comes twice"));
  REQUIRE_THAT(Why(R"({"schema_version":1,"tool":"sim","a":[{"b":1},{"c":{"d":1,"d":2}}]})"),
               Contains("the key \"d\" comes twice"));
  REQUIRE(Why(R"({"schema_version":1,"tool":"sim","a":{"b":{"b":1}},"b":2})").empty());
}

TEST_CASE("lists in lists without end are refused") {
  const auto nested = [](std::size_t depth) {
    return R"({"schema_version":1,"tool":"sim","a":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  REQUIRE(Why(nested(20)).empty());
  REQUIRE_THAT(Why(nested(40)), Contains("without end"));
  REQUIRE_THAT(Why(nested(1'000'000)), Contains("without end"));
}

TEST_CASE("what is no file cannot be read") {
  for (const char* name : {"/nonexistent/x.json", "/", "."}) {
    const auto result = ReadResult(name);
    REQUIRE_FALSE(result.has_value());
    REQUIRE(result.error().code == Code::kNotFound);
    REQUIRE_THAT(result.error().message, Contains("cannot be read"));
  }
}

}  // namespace
}  // namespace ringlab
