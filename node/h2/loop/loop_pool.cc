#include "node/h2/loop/loop_pool.h"

#include <sched.h>

#include <algorithm>

namespace ringlab {

Result<std::unique_ptr<LoopPool>> LoopPool::Start(int loops, const EventLoopOptions& options,
                                                  std::size_t memory_kept_max) {
  std::unique_ptr<LoopPool> pool(new LoopPool);
  for (int i = 0; i < std::max(loops, 1); ++i) {
    auto loop = EventLoop::Start(options);
    if (!loop) return tl::unexpected<Error>(std::move(loop.error()));
    pool->loops_.push_back({*std::move(loop), std::make_unique<H2Memory>(memory_kept_max),
                            std::make_unique<std::atomic<int>>(0)});
  }
  return pool;
}

int LoopPool::LoopsOfThisMachine() {
  cpu_set_t mine;
  const int cores = sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : 1;
  return std::clamp(cores, 1, kLoopsMax);
}

LoopPool::Seat LoopPool::Take() {
  const auto least = std::min_element(loops_.begin(), loops_.end(), [](auto& a, auto& b) {
    return a.seats->load(std::memory_order_relaxed) < b.seats->load(std::memory_order_relaxed);
  });
  return {*least->loop, static_cast<std::size_t>(least - loops_.begin()), *least->seats};
}

void LoopPool::Stop() {
  for (Place& place : loops_) place.loop->Stop();
}

}  // namespace ringlab
