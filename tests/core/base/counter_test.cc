#include "core/base/counter.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "core/base/sync.h"

namespace ringlab {
namespace {

TEST_CASE("a counter loses nothing to threads") {
  constexpr std::uint64_t kThreads = 64;  // several a stripe
  constexpr std::uint64_t kAdds = 100'000;
  Counter counter;
  std::atomic<bool> go{false};  // together: a lost update takes two at once
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      while (!go) std::this_thread::yield();
      for (std::uint64_t i = 0; i < kAdds; ++i) counter.Add(1 + i % 2);
    });
  }
  go = true;
  for (std::thread& thread : threads) thread.join();
  REQUIRE(counter.value() == kThreads * kAdds * 3 / 2);
}

TEST_CASE("a Mutex lets one thread in at a time, sleepers included") {
  constexpr int kThreads = 8;  // more than there are cores: some must sleep
  constexpr int kRounds = 2'000;
  Mutex mutex;
  int plain = 0;  // a lost update or a race report shows a broken lock
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        MutexLock lock(mutex);
        ++plain;
        if (i % 256 == 0) std::this_thread::yield();  // now others find it taken for long
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(plain == kThreads * kRounds);
}

}  // namespace
}  // namespace ringlab
