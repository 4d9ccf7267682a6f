#include "node/live/parallel.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <vector>

namespace ringlab {
namespace {

TEST_CASE("every job is done once and the watch sees the end") {
  std::vector<std::atomic<int>> done(1000);
  std::uint64_t seen = 0;
  const auto count = RunInParallel(
      done.size(), [&](std::uint64_t job) { ++done[job]; },
      [&](std::uint64_t so_far) {
        seen = so_far;
        return true;
      });
  REQUIRE(count == 1000);
  REQUIRE(seen == 1000);
  for (const auto& times : done) REQUIRE(times == 1);
}

TEST_CASE("no job means no thread and an end") {
  REQUIRE(RunInParallel(0, [](std::uint64_t) { FAIL(); }, [](std::uint64_t) { return true; }) == 0);
}

TEST_CASE("a watch that has seen enough stops what has not begun") {
  std::atomic<int> looks{0};
  std::vector<std::atomic<int>> done(100'000);
  const auto work = [&](std::uint64_t job) {
    ++done[job];
    looks.wait(0);
    looks.wait(1);  // at the second look, the first one's refusal is known
  };
  const auto count = RunInParallel(done.size(), work, [&](std::uint64_t) {
    ++looks;
    looks.notify_all();
    return false;
  });
  REQUIRE(count >= 1);
  REQUIRE(count <= 1000);  // as many as there are threads
  for (std::uint64_t job = 0; job < done.size(); ++job) REQUIRE(done[job] == (job < count ? 1 : 0));
}

}  // namespace
}  // namespace ringlab
