#include "results/gate/callgrind.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

constexpr const char* kDump = R"(# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 12667
cmd:  ./exact_bench
part: 1

desc: I1 cache:
desc: Trigger: Client Request: ring_lookup

positions: line
events: Ir
summary: 0


ob=(1) /x/exact_bench
fl=(1) /x/f.cc
fn=(0) ringlab::(anonymous namespace)::Outer(int)
8 16
cfn=(2) ringlab::HashKey(std::basic_string_view<char, std::char_traits<char> >)
calls=100 -2
* 6007

fn=(2)
6 6000
fi=(3) /x/g.h
+4 7

totals: 6023
)";

TEST_CASE("a dump gives what each function spent itself") {
  const CallgrindDump dump = ParseCallgrind(kDump).value();
  CHECK(dump.trigger == "ring_lookup");
  CHECK(dump.total == 6023);
  CHECK(dump.self == std::map<std::string, std::uint64_t>{{"Outer", 16}, {"HashKey", 6007}});
}

TEST_CASE("a dump that does not add up or is no dump is refused") {
  std::string text = kDump;
  text.replace(text.find("6000"), 4, "6001");
  CHECK(!ParseCallgrind(text));
  CHECK(!ParseCallgrind(""));
  CHECK(!ParseCallgrind("version: 1\n"));
  text = kDump;
  text.replace(text.find("events: Ir"), 10, "events: Dr");
  CHECK(!ParseCallgrind(text));
  text = kDump;
  text.replace(text.find("fn=(2)\n"), 7, "fn=(9)\n");  // a number that has no name
  CHECK(!ParseCallgrind(text));
  CHECK(!ParseCallgrind(std::string(kDump).substr(0, 300)));
}

TEST_CASE("function names are short enough to read") {
  CHECK(ShortFunctionName("ringlab::Group::Get(ringlab::GetRequest const&, ringlab::Function<void "
                          "(tl::expected<int, int>)>)") == "Group::Get");
  CHECK(ShortFunctionName("ringlab::Find(int) [clone .cold]") == "Find");
  CHECK(ShortFunctionName("ringlab::EncodeGetReply[abi:cxx11](ringlab::GetReply const&)") ==
        "EncodeGetReply");
  CHECK(ShortFunctionName("ringlab::Function<void (int)>::operator()(int)") ==
        "Function<void (int)>::operator()");
  CHECK(ShortFunctionName("malloc") == "malloc");
  CHECK(ShortFunctionName("std::_Function_handler<void (unsigned long), ringlab::X>::_M_invoke("
                          "std::_Any_data const&)") == "(the benchmark itself)");
}

}  // namespace
}  // namespace ringlab
