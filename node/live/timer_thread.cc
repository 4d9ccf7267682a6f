#include "node/live/timer_thread.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace ringlab {

TimerThread::TimerThread(Urgency urgency) : urgency_(urgency), thread_([this] { Run(); }) {}

TimerThread::~TimerThread() { Stop(); }

bool TimerThread::Later(const Pending& a, const Pending& b) {
  return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
}

void TimerThread::RunAt(TimePoint when, Task task) { Push(when, std::move(task), nullptr); }

void TimerThread::Push(TimePoint when, Task task, const TimerLane* lane) {
  bool earliest = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || (lane != nullptr && IsStopped(*lane))) return;
    heap_.push_back({when, sequence_++, std::move(task), lane});
    std::push_heap(heap_.begin(), heap_.end(), Later);
    earliest = heap_.front().sequence == sequence_ - 1;
  }
  if (earliest) wake_.notify_one();
}

void TimerThread::Stop() {
  std::vector<Pending> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(heap_);
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  dropped.clear();  // outside the lock: a task's destructor may call RunAt
}

void TimerThread::Drop(TimerLane& lane) {
  std::vector<Pending> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (MarkStopped(lane)) return;
    const auto first = std::partition(heap_.begin(), heap_.end(),
                                      [&](const Pending& task) { return task.lane != &lane; });
    dropped.assign(std::move_iterator(first), std::move_iterator(heap_.end()));
    heap_.erase(first, heap_.end());
    if (!dropped.empty()) std::make_heap(heap_.begin(), heap_.end(), Later);
  }
  dropped.clear();  // outside the lock, as in Stop
}

void TimerThread::AwaitRunning(const TimerLane& lane) {
  std::unique_lock lock(mutex_);
  ++awaited_;
  ran_.wait(lock, [&] { return running_ != &lane; });
  --awaited_;
}

Duration TimerThread::cpu_time() const {
  clockid_t clock{};
  timespec used{};
  // The handle is only read; the standard's accessor is not const.
  auto& thread = const_cast<std::thread&>(thread_);
  if (!thread.joinable() || pthread_getcpuclockid(thread.native_handle(), &clock) != 0 ||
      clock_gettime(clock, &used) != 0) {
    return Duration::zero();
  }
  return std::chrono::seconds(used.tv_sec) + Duration(used.tv_nsec);
}

void TimerThread::Run() {
  // The kernel may delay a thread's timers by its slack, 50 us by default: far too much here.
  prctl(PR_SET_TIMERSLACK, 1);
  // For an unprivileged process this fails and changes nothing. On Linux it is the thread's alone.
  constexpr int kNiceOfPacing = -15;
  if (urgency_ == Urgency::kPacing) setpriority(PRIO_PROCESS, 0, kNiceOfPacing);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (heap_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const TimePoint when = heap_.front().when;
    if (when > SteadyNow()) {
      // kNever as a deadline would overflow in the library; a long sleep does as well.
      const TimePoint until = std::min(when, SteadyNow() + std::chrono::hours(1));
      wake_.wait_until(lock, std::chrono::steady_clock::time_point(until.time_since_epoch()));
      continue;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    Task task = std::move(heap_.back().task);
    running_ = heap_.back().lane;
    heap_.pop_back();
    lock.unlock();
    task();
    task = nullptr;  // what it carries may call RunAt, so not under the lock
    lock.lock();
    running_ = nullptr;
    if (awaited_ > 0) ran_.notify_all();
  }
}

}  // namespace ringlab
