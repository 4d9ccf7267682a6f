// What perf prints, as stacks.
#include "loadgen/run/perf_script.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/parse.h"

namespace ringlab {
namespace {

using Frames = std::vector<std::string>;

const std::map<int, std::string> kNames{{7, "n0"}, {8, "n1"}};

std::vector<html::Stack> StacksOf(std::string_view text) {
  PerfStacks stacks(kNames);
  while (!text.empty()) {
    const auto [line, rest] = SplitOnce(text, '\n');
    stacks.Take(line);
    text = rest;
  }
  return stacks.Stacks();
}

TEST_CASE("a sample is a stack from its process to what ran") {
  const auto stacks = StacksOf(
      "    7 \n"
      "\t    55d0c0ffee10 ringlab::Group::Get(ringlab::GetRequest const&)+0x12\n"
      "\t    55d0c0ffee20 main+0x3\n"
      "\n"
      "8\n"
      "\t 7f00 epoll_wait\n"
      "\n");
  REQUIRE(stacks.size() == 2);
  CHECK(stacks[0].frames == Frames{"n0", "main", "Group::Get(GetRequest const&)"});
  CHECK(stacks[1].frames == Frames{"n1", "epoll_wait"});
}

TEST_CASE("a frame without a symbol has the name of its file") {
  const auto stacks = StacksOf(
      "7\n"
      "\t 1 malloc+0x7 (/usr/lib/x86_64-linux-gnu/libc.so.6)\n"
      "\t 2 [unknown] (/usr/lib/libcrypto.so.3)\n"
      "\t 3 [unknown] (/usr/lib/libcrypto.so.3)\n"
      "\t 4 [unknown] (/srv/a (b)/cachenode (deleted))\n"
      "\t 5 ringlab::Loop::Run()::{lambda(int)#1}::operator()(int) const (/usr/bin/cachenode)\n"
      "\t 6 work(int) ([vdso])\n"
      "\t 7 [unknown] ([kernel.kallsyms])\n"
      "\t 8 [unknown] ([unknown])\n"
      "\t 9 main()\n\n");
  REQUIRE(stacks.size() == 1);
  CHECK(stacks[0].frames == Frames{"n0", "main()", "[unknown]", "[kernel]", "work(int)",
                                   "Loop::Run()::{lambda(int)#1}::operator()(int) const",
                                   "[cachenode]", "[libcrypto.so.3]", "malloc"});
}

TEST_CASE("stacks that are alike are one, with as many samples") {
  const auto stacks = StacksOf("7\n\t1 b\n\t2 a\n\n7\n\t3 b\n\t4 a\n\n8\n\t1 b\n\n");
  REQUIRE(stacks.size() == 2);
  CHECK(stacks[0].frames == Frames{"n0", "a", "b"});
  CHECK(stacks[0].samples == 2);
  CHECK(stacks[1].samples == 1);
}

TEST_CASE("frames without a symbol are one, and other processes are nobody's") {
  const auto stacks = StacksOf(
      "7\n\t 1 work\n\t 2 [unknown]\n\t 3 [unknown]\n\t 4\n\n"
      "9\n\t 1 other\n\n");
  REQUIRE(stacks.size() == 1);
  CHECK(stacks[0].frames == Frames{"n0", "[unknown]", "work"});
}

TEST_CASE("whatever bytes come, there are stacks or none") {
  for (const std::string& text :
       {std::string(), std::string("\n\n\n"), std::string("7"), std::string("7\n"),
        std::string("seven\n\t1 x\n\n"), std::string("\t1 x\n7\n\n"),
        std::string("7\n\0\xff +0x\n", 9), std::string("99999999999999999999\n\t1 x\n\n")}) {
    CHECK(StacksOf(text).size() <= 1);
  }
  CHECK(StacksOf("7\n\t1 last").size() == 1);  // cut before its end
}

}  // namespace
}  // namespace ringlab
