// EventLoop: one thread that waits for sockets, for time and for what other threads ask of it, and
// acts on each in turn. It is a Scheduler.
//
// A turn runs what was posted, then the tasks and alarms that are due, then what asked for the
// turn's end (writes above all, so that many answers leave with one system call), then waits, and
// tells the watchers. Nothing on it may block. Other threads post under a lock, and wake the loop
// with one write for all that they post while it sleeps.
//
// RunAt, Post, usage and Stop are thread-safe; the rest is for the loop's own thread. Whoever
// watches ends before the loop, or after its Stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "node/h2/loop/alarms.h"
#include "node/h2/loop/loop_usage.h"
#include "node/h2/loop/poller.h"
#include "node/h2/loop/turn_end.h"

namespace ringlab {

struct EventLoopOptions {
  // For so long it looks again and again before it sleeps: no wait for the kernel to wake it, and
  // a core that is always in use.
  Duration spin = Duration::zero();

  // It runs before others when it may, and wakes on time after long waits too: a load generator's
  // schedule must not wait for the very work that it makes.
  bool pacing = false;
};

class EventLoop final : public Scheduler {
 public:
  // kResourceExhausted when the system gives no descriptor or no thread.
  static Result<std::unique_ptr<EventLoop>> Start(const EventLoopOptions& options = {});
  ~EventLoop() override;

  TimePoint Now() const override;
  void RunAt(TimePoint when, Task task) override;

  // Runs `task` on the loop's thread, never inside the call, after what was posted before.
  void Post(Task task);

  // Whether this is the loop's thread.
  bool InLoop() const { return current_ == this; }

  // Descriptors, as Poller has them.
  Poller& poller() { return poller_; }

  // Due alarms are told after the tasks of a turn.
  Alarms& alarms() { return alarms_; }

  // At the end of this turn; of the next, when turns' ends are being acted on already.
  void AtTurnEnd(TurnEnd& asks);
  void Forget(TurnEnd& asked);

  LoopUsage usage() const;
  Duration TakeLongestTurn() { return counts_.TakeLongest(); }
  Duration cpu_time() const;  // of its thread; zero after Stop

  // Ends the thread and drops what is pending; from then on RunAt and Post drop their tasks.
  // Idempotent; not from the loop's thread.
  void Stop();

 private:
  struct Timed {
    TimePoint when;
    std::uint64_t sequence;
    Task task;
  };

  EventLoop(EventLoopOptions options, Poller poller, Descriptor wake);

  static bool Later(const Timed& a, const Timed& b);
  void Push(Timed timed);
  void Wake();
  void Run();
  bool RunPosted();
  void RunDue();
  void SoundAlarms();
  void EndTurn();
  void Wait(TimePoint now);
  TimePoint NextDue() const;
  bool MaySleep();

  // Other threads' way to end a wait.
  class Waker final : public Watcher {
   public:
    explicit Waker(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    int get() const { return descriptor_.get(); }
    void OnReady(Ready ready) override;

   private:
    Descriptor descriptor_;
  };

  static thread_local const EventLoop* current_;

  const EventLoopOptions options_;
  const TimePoint started_;
  Poller poller_;
  Waker waker_;
  std::atomic<std::uint64_t> sequence_{0};

  Mutex mutex_;
  std::vector<Task> posted_ RL_GUARDED_BY(mutex_);
  std::vector<Timed> asked_ RL_GUARDED_BY(mutex_);  // by other threads
  bool sleeping_ RL_GUARDED_BY(mutex_) = false;
  bool stopping_ RL_GUARDED_BY(mutex_) = false;
  std::atomic<bool> something_posted_{false};  // for who spins

  // The thread's own.
  std::vector<Task> running_;
  std::vector<Timed> heap_;        // the earliest first
  std::uint64_t taken_up_to_ = 0;  // the sequence at which this turn began
  Alarms alarms_;
  std::vector<TurnEnd*> ends_;
  std::vector<TurnEnd*> ending_;

  LoopCounts counts_;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace ringlab
