#include "node/live/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "node/live/environment.h"

namespace ringlab {

std::uint64_t RunInParallel(std::uint64_t jobs, const std::function<void(std::uint64_t)>& work,
                            const std::function<bool(std::uint64_t done)>& watch) {
  constexpr auto kLookEvery = std::chrono::milliseconds(100);
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable ended;
  std::uint64_t running = std::min<std::uint64_t>(CoresOfThisProcess(), jobs);
  const auto run = [&] {
    while (!stop.load()) {
      const std::uint64_t job = next.fetch_add(1);
      if (job >= jobs) break;
      work(job);
      ++done;
    }
    const std::lock_guard lock(mutex);
    if (--running == 0) ended.notify_one();
  };
  std::vector<std::thread> threads;
  for (std::uint64_t i = running; i > 0; --i) threads.emplace_back(run);
  {
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, kLookEvery, [&] { return running == 0; })) {
      lock.unlock();
      if (!watch(done.load())) stop.store(true);
      lock.lock();
    }
  }
  for (std::thread& thread : threads) thread.join();
  watch(done.load());
  return done.load();
}

}  // namespace ringlab
