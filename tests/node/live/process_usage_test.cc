#include "node/live/process_usage.h"

#include <catch2/catch.hpp>
#include <thread>

namespace ringlab {
namespace {

using std::chrono::milliseconds;

TEST_CASE("the CPU time of a thread is its own, and no time that it waited") {
  const Duration here = CpuOfThisThread();
  Duration there{};
  std::thread worker([&] {
    while (CpuOfThisThread() < milliseconds(20)) {
    }
    there = CpuOfThisThread();
  });
  worker.join();
  REQUIRE(there >= milliseconds(20));
  REQUIRE(CpuOfThisThread() - here < there);
  REQUIRE(UsageOfThisProcess().cpu >= there);
}

}  // namespace
}  // namespace ringlab
