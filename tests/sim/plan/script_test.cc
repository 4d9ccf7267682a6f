#include "sim/plan/script.h"

#include <catch2/catch.hpp>
#include <utility>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string ErrorOf(std::string_view text) {
  const auto steps = ParseScript(text);
  return steps ? "" : steps.error().message;
}

std::string Objection(std::string_view script, const std::vector<std::string>& names) {
  const auto steps = ParseScript(script);
  REQUIRE(steps);
  const auto playable = CheckScript(*steps, names);
  return playable ? "" : playable.error().message;
}

TEST_CASE("a script is its steps in order of time") {
  const auto steps =
      ParseScript(" leave node-3 @6s;kill\tnode-2   @2s ; join 10.0.0.9:80 @2500ms;\n");
  REQUIRE(steps);
  REQUIRE(*steps == std::vector<ChurnStep>{{ChurnVerb::kKill, "node-2", seconds(2)},
                                           {ChurnVerb::kJoin, "10.0.0.9:80", milliseconds(2500)},
                                           {ChurnVerb::kLeave, "node-3", seconds(6)}});
}

TEST_CASE("steps of one time stay in the order written") {
  const auto steps = ParseScript("join b @1s; kill a @1s; leave c @0s");
  REQUIRE(steps);
  REQUIRE(steps->at(0).node == "c");
  REQUIRE(steps->at(1).node == "b");
  REQUIRE(steps->at(2).node == "a");
}

TEST_CASE("a script without steps is empty") {
  REQUIRE(ParseScript("")->empty());
  REQUIRE(ParseScript("  \n")->empty());
}

TEST_CASE("a step reads back as it was written") {
  const std::string text = ToText({ChurnVerb::kKill, "node-2", milliseconds(2500)});
  const auto again = ParseScript(text);
  REQUIRE(again);
  REQUIRE(again->at(0) == ChurnStep{ChurnVerb::kKill, "node-2", milliseconds(2500)});
}

TEST_CASE("a bad step is named with what is wrong and what is accepted") {
  for (const auto& [text, wanted] : std::vector<std::pair<std::string, std::string>>{
           {"kill node-2", "step 1, \"kill node-2\": it has 2 words; expected VERB NODE @TIME"},
           {"kill a @1s; join b @2s @3s", "step 2, \" join b @2s @3s\": it has 4 words"},
           {"murder a @1s", "\"murder\": expected kill, join or leave"},
           {"kill a 1s", "\"1s\": expected @TIME, such as @2s"},
           {"kill a @soon", "step 1, \"kill a @soon\": @\"soon\""},
           {"kill a @-1s", "@\"-1s\""},
           {";;", "expected steps such as"}}) {
    CAPTURE(text, ErrorOf(text));
    REQUIRE(ErrorOf(text).find(wanted) != std::string::npos);
  }
}

TEST_CASE("a script is played in thought before anything starts") {
  const std::vector<std::string> names = {"a", "b"};
  REQUIRE(Objection("kill a @1s; join c @2s; leave b @3s", names).empty());
  REQUIRE(Objection("kill a @1s; join a @2s; kill b @3s", names).empty());  // it came back
  REQUIRE(Objection("kill x @1s", names).find("no such node then; there are: a, b") !=
          std::string::npos);
  REQUIRE(Objection("kill a @1s; leave a @2s", names).find("step 2, \"leave a @2.00s\"") !=
          std::string::npos);
  REQUIRE(Objection("join a @1s", names).find("a node of that name is there") != std::string::npos);
  REQUIRE(Objection("kill a @1s; leave b @2s", names).find("it is the last node") !=
          std::string::npos);
}

}  // namespace
}  // namespace ringlab
