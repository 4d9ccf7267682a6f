#include "node/live/environment.h"

#include <catch2/catch.hpp>

#include "core/base/parse.h"

namespace ringlab {
namespace {

TEST_CASE("CPU times are those of the first line of proc stat") {
  // user nice system idle iowait irq softirq steal guest guest_nice
  const CpuTimes times =
      ParseCpuTimes("cpu  100 2 30 400 5 6 7 50 99 98\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 12345\n");
  REQUIRE(times.all == 600);
  REQUIRE(times.steal == 50);
  REQUIRE(ParseCpuTimes("").all == 0);
  REQUIRE(ParseCpuTimes("cpu0 1 2 3 4 5 6 7 8\n").all == 0);
  REQUIRE(ParseCpuTimes("cpu 1 2 3\n").all == 0);  // a kernel too old to tell
  REQUIRE(CpuTimesOfMachine().all > 0);
}

TEST_CASE("the share of steal is of the time between") {
  const CpuTimes before{.all = 600, .steal = 50};
  REQUIRE(StealShare(before, {.all = 1000, .steal = 70}).value() == Approx(0.05));
  REQUIRE(StealShare(before, {.all = 1000, .steal = 50}).value() == 0);
  REQUIRE_FALSE(StealShare(before, before).has_value());
  REQUIRE_FALSE(StealShare({}, before).has_value());
  REQUIRE_FALSE(StealShare(before, {.all = 1000, .steal = 49}).has_value());
}

TEST_CASE("a process knows by their numbers which cores it may use") {
  const std::string cpus = CpusOfThisProcess();
  std::uint64_t cores = 0;
  for (const std::string_view part : SplitAt(cpus, ',')) {
    const auto [first, last] = SplitOnce(part, '-');
    cores += last.empty() ? 1 : *ParseCount(last) - *ParseCount(first) + 1;
  }
  REQUIRE(cores == CoresOfThisProcess());
  REQUIRE_FALSE(HostName().empty());
}

TEST_CASE("the environment names what a result was made with") {
  const auto facts = DescribeEnvironment();
  for (const char* name : {"compiler", "flags", "build", "version", "kernel", "libc", "zlib"}) {
    INFO(name);
    REQUIRE(facts.contains(name));
  }
  for (const auto& [name, fact] : facts) REQUIRE_FALSE(fact.empty());
  REQUIRE(SecondsSince1970() > 1.6e9);
}

}  // namespace
}  // namespace ringlab
