#include "sim/skew/naming.h"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <set>

#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a pattern names nodes from 0 up") {
  REQUIRE(*NamesFromPattern("10.0.0.{i}:8080", 3) ==
          Names{"10.0.0.0:8080", "10.0.0.1:8080", "10.0.0.2:8080"});
  REQUIRE(NamesFromPattern("{i}", 12)->back() == "11");
}

TEST_CASE("a pattern that cannot name nodes is refused with what is accepted") {
  REQUIRE_THAT(NamesFromPattern("node", 3).error().message, Contains("\"node\": no {i}"));
  REQUIRE_THAT(NamesFromPattern("{i}-{i}", 3).error().message, Contains("more than once"));
  REQUIRE_THAT(NamesFromPattern("n{i}", 0).error().message, Contains("0 nodes; accepted: 1 to"));
  REQUIRE_THAT(NamesFromPattern("n{i}", 1'000'001).error().message, Contains("1000001 nodes"));
}

TEST_CASE("a list names nodes in its order") {
  REQUIRE(*NamesFromList("b,a,c d") == Names{"b", "a", "c d"});
  REQUIRE_THAT(NamesFromList("").error().message, Contains("no names"));
  REQUIRE_THAT(NamesFromList("a,,b").error().message, Contains("an empty name"));
  REQUIRE_THAT(NamesFromList("a,b,a").error().message, Contains("\"a\" comes twice"));
}

bool SameClass(char a, char b) {
  const auto x = static_cast<unsigned char>(a);
  const auto y = static_cast<unsigned char>(b);
  if (std::isdigit(x)) return std::isdigit(y);
  if (std::islower(x)) return std::islower(y);
  if (std::isupper(x)) return std::isupper(y);
  return a == b;
}

TEST_CASE("siblings of names of one length vary what is constant and keep the rest") {
  const Names names = Numbered("Cache-7.svc:800", 1, 8);
  const Names siblings = SiblingNames(names, 1);
  REQUIRE(siblings.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    REQUIRE(siblings[i].size() == names[i].size());
    REQUIRE(siblings[i].back() == names[i].back());
    REQUIRE(siblings[i] != names[i]);
    REQUIRE(siblings[i].substr(0, 15) == siblings[0].substr(0, 15));
    for (std::size_t c = 0; c < names[i].size(); ++c) {
      REQUIRE(SameClass(names[i][c], siblings[i][c]));
    }
  }
  REQUIRE(SiblingNames(names, 1) == siblings);
  REQUIRE(SiblingNames(names, 2) != siblings);
}

TEST_CASE("siblings of names of several lengths vary their common ends") {
  const Names siblings = SiblingNames({"node-9.east", "node-10.east", "node-11.east"}, 3);
  for (const std::string& sibling : siblings) {
    REQUIRE(sibling.substr(0, 5) == siblings[0].substr(0, 5));
    REQUIRE(sibling.substr(sibling.size() - 5) == siblings[0].substr(siblings[0].size() - 5));
  }
  REQUIRE(siblings[0][5] == '9');
  REQUIRE(siblings[1].substr(5, 2) == "10");
  REQUIRE(siblings[2].substr(5, 2) == "11");
  REQUIRE(siblings[0].substr(0, 5) != "node-");
}

TEST_CASE("names with little in common get a common prefix") {
  const Names siblings = SiblingNames({"1", "2", "30"}, 4);
  REQUIRE(siblings[0].substr(4) == "1");
  REQUIRE(siblings[1].substr(4) == "2");
  REQUIRE(siblings[2].substr(4) == "30");
  REQUIRE(siblings[2].substr(0, 4) == siblings[0].substr(0, 4));
  REQUIRE(SiblingNames({"---"}, 1)[0].size() == 7);
}

TEST_CASE("siblings of any names are unique and none of them is an original") {
  rc::check([] {
    const auto character = rc::gen::element('a', 'b', '0', '1', '-', 'Z');
    const auto set = *rc::gen::nonEmpty(rc::gen::container<std::set<std::string>>(
        rc::gen::nonEmpty(rc::gen::container<std::string>(character))));
    const Names siblings = SiblingNames({set.begin(), set.end()}, *rc::gen::arbitrary<int>());
    RC_ASSERT(siblings.size() == set.size());
    RC_ASSERT(std::set<std::string>(siblings.begin(), siblings.end()).size() == set.size());
    for (const std::string& sibling : siblings) RC_ASSERT(set.count(sibling) == 0);
  });
}

}  // namespace
}  // namespace ringlab
