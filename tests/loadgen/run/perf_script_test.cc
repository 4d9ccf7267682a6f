// What perf prints, as stacks.
#include "loadgen/run/perf_script.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace ringlab {
namespace {

using Frames = std::vector<std::string>;

const std::map<int, std::string> kNames{{7, "n0"}, {8, "n1"}};

TEST_CASE("a sample is a stack from its process to what ran") {
  const auto stacks = StacksOf(
      "    7 \n"
      "\t    55d0c0ffee10 ringlab::Group::Get(ringlab::GetRequest const&)+0x12\n"
      "\t    55d0c0ffee20 main+0x3\n"
      "\n"
      "8\n"
      "\t 7f00 epoll_wait\n"
      "\n",
      kNames);
  REQUIRE(stacks.size() == 2);
  CHECK(stacks[0].frames == Frames{"n0", "main", "Group::Get(GetRequest const&)"});
  CHECK(stacks[1].frames == Frames{"n1", "epoll_wait"});
}

TEST_CASE("frames without a symbol are one, and other processes are nobody's") {
  const auto stacks = StacksOf(
      "7\n\t 1 work\n\t 2 [unknown]\n\t 3 [unknown]\n\t 4\n\n"
      "9\n\t 1 other\n\n",
      kNames);
  REQUIRE(stacks.size() == 1);
  CHECK(stacks[0].frames == Frames{"n0", "[unknown]", "work"});
}

TEST_CASE("whatever bytes come, there are stacks or none") {
  for (const std::string& text :
       {std::string(), std::string("\n\n\n"), std::string("7"), std::string("7\n"),
        std::string("seven\n\t1 x\n\n"), std::string("\t1 x\n7\n\n"),
        std::string("7\n\0\xff +0x\n", 9), std::string("99999999999999999999\n\t1 x\n\n")}) {
    CHECK(StacksOf(text, kNames).size() <= 1);
  }
  CHECK(StacksOf("7\n\t1 last", kNames).size() == 1);  // cut before its end
}

}  // namespace
}  // namespace ringlab
