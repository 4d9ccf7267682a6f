#include "loadgen/plan/operation.h"

#include <catch2/catch.hpp>
#include <string>

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a mix is read as weights and what is not named has none") {
  REQUIRE(*ParseOperationMix("get=90,set=9,remove=1") ==
          OperationMix{.get = 90, .set = 9, .remove = 1});
  REQUIRE(*ParseOperationMix("set=0.5") == OperationMix{.get = 0, .set = 0.5, .remove = 0});
  REQUIRE(*ParseOperationMix("remove=1,get=0") == OperationMix{.get = 0, .set = 0, .remove = 1});
  REQUIRE_FALSE(ParseOperationMix("get=3")->HasWrites());
  REQUIRE(ParseOperationMix("get=3,remove=1")->HasWrites());
}

TEST_CASE("what is no mix is refused with what would be one") {
  for (const std::string text : {"",
                                 "get",
                                 "get=",
                                 "=1",
                                 "90",
                                 "get=90;set=10",
                                 "get=x",
                                 "get=-1",
                                 "get=nan",
                                 "get=inf",
                                 "get=1e308,set=1e308",
                                 "get=0",
                                 "get=0,set=0,remove=0",
                                 "put=1",
                                 "Get=1",
                                 "get=1,get=1",
                                 "get=1,",
                                 ",get=1",
                                 " get=1",
                                 "get=1 ,set=1"}) {
    INFO(text);
    const auto mix = ParseOperationMix(text);
    REQUIRE_FALSE(mix.has_value());
    REQUIRE(mix.error().code == Code::kInvalidArgument);
    REQUIRE_THAT(mix.error().message,
                 Contains("\"" + text + "\": expected") && Contains("get=90,set=9,remove=1"));
  }
  REQUIRE_THAT(ParseOperationMix("put=1").error().message, Contains("\"put\" is no operation"));
  REQUIRE_THAT(ParseOperationMix("set=1,set=2").error().message, Contains("\"set\" comes twice"));
}

TEST_CASE("an operation without weight never comes and the others fill the line") {
  constexpr double kLast = 1 - 0x1p-53;  // the greatest draw there is
  REQUIRE(OperationMix{}.At(0) == Operation::kGet);
  REQUIRE(OperationMix{}.At(kLast) == Operation::kGet);
  const OperationMix sets{.get = 0, .set = 0.1, .remove = 0};
  REQUIRE(sets.At(0) == Operation::kSet);
  REQUIRE(sets.At(kLast) == Operation::kSet);
  const OperationMix writes{.get = 0, .set = 1, .remove = 3};
  REQUIRE(writes.At(0.2499) == Operation::kSet);
  REQUIRE(writes.At(0.25) == Operation::kRemove);
  const OperationMix thirds{.get = 0.1, .set = 0.2, .remove = 0};  // 0.1 + 0.2 is not 0.3
  REQUIRE(thirds.At(0.3) == Operation::kGet);
  REQUIRE(thirds.At(0.34) == Operation::kSet);
  REQUIRE(thirds.At(kLast) == Operation::kSet);
  REQUIRE(OperationName(Operation::kRemove) == "remove");
}

}  // namespace
}  // namespace ringlab
