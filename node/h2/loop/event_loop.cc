#include "node/h2/loop/event_loop.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/base/check.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

// Then sockets have their turn, whatever is due.
constexpr int kTasksOfTurnMax = 256;

// Whatever the thread's timer slack, epoll may wake it late by a thousandth of the wait, and in a
// process that is nice by a two-hundredth (select_estimate_accuracy() in Linux's fs/select.c). So a
// long wait ends early by so much, and what is left is waited for once more.
constexpr int kSlackPart = 200;
constexpr Duration kLongWait = std::chrono::milliseconds(5);

Duration WithoutSlack(Duration wait) { return wait > kLongWait ? wait - wait / kSlackPart : wait; }

}  // namespace

thread_local const EventLoop* EventLoop::current_ = nullptr;

Result<std::unique_ptr<EventLoop>> EventLoop::Start(const EventLoopOptions& options) {
  auto poller = Poller::Open();
  if (!poller) return tl::unexpected<Error>(poller.error());
  Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) {
    return Fail(Code::kResourceExhausted, std::string("open an eventfd: ") + std::strerror(errno));
  }
  std::unique_ptr<EventLoop> loop(new EventLoop(options, *std::move(poller), std::move(wake)));
  auto watched = loop->poller_.Watch(loop->waker_.get(), {.read = true}, loop->waker_);
  if (!watched) return tl::unexpected<Error>(watched.error());
  try {
    loop->thread_ = std::thread([&loop = *loop] { loop.Run(); });
  } catch (const std::system_error& error) {
    return Fail(Code::kResourceExhausted, std::string("start a thread: ") + error.what());
  }
  return loop;
}

EventLoop::EventLoop(EventLoopOptions options, Poller poller, Descriptor wake)
    : options_(options),
      started_(TimerThread::SteadyNow()),
      poller_(std::move(poller)),
      waker_(std::move(wake)) {}

EventLoop::~EventLoop() { Stop(); }

TimePoint EventLoop::Now() const { return TimerThread::SteadyNow(); }

void EventLoop::RunAt(TimePoint when, Task task) {
  Timed timed{when, sequence_.fetch_add(1, std::memory_order_relaxed), std::move(task)};
  if (InLoop()) return Push(std::move(timed));
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    asked_.push_back(std::move(timed));
    something_posted_.store(true, std::memory_order_relaxed);
    wake = std::exchange(sleeping_, false);
  }
  if (wake) Wake();
}

void EventLoop::Post(Task task) {
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    posted_.push_back(std::move(task));
    something_posted_.store(true, std::memory_order_relaxed);
    wake = std::exchange(sleeping_, false);
  }
  if (wake) Wake();
}

void EventLoop::AtTurnEnd(TurnEnd& asks) {
  if (std::exchange(asks.listed, true)) return;
  ends_.push_back(&asks);
}

void EventLoop::Forget(TurnEnd& asked) {
  if (!std::exchange(asked.listed, false)) return;
  std::replace(ends_.begin(), ends_.end(), &asked, static_cast<TurnEnd*>(nullptr));
  std::replace(ending_.begin(), ending_.end(), &asked, static_cast<TurnEnd*>(nullptr));
}

LoopUsage EventLoop::usage() const { return counts_.Usage(Now() - started_); }

Duration EventLoop::cpu_time() const {
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

void EventLoop::Stop() {
  RL_CHECK_BECAUSE(!InLoop(), "a loop cannot wait for itself");
  std::vector<Task> posted;
  std::vector<Timed> timed;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    posted.swap(posted_);
    timed.swap(asked_);
  }
  Wake();
  if (thread_.joinable()) thread_.join();
  posted.clear();  // outside the lock: what a task carries may call RunAt when it ends
  timed.clear();
  running_.clear();
  std::vector<Timed>().swap(heap_);
}

bool EventLoop::Later(const Timed& a, const Timed& b) {
  return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
}

void EventLoop::Push(Timed timed) {
  heap_.push_back(std::move(timed));
  std::push_heap(heap_.begin(), heap_.end(), Later);
}

void EventLoop::Wake() {
  const std::uint64_t one = 1;
  // It cannot block: that would take 2^64 - 1 of them.
  if (write(waker_.get(), &one, sizeof one) == sizeof one) return;
  const MutexLock lock(mutex_);
  sleeping_ = true;  // the next one who posts tries again
}

void EventLoop::Waker::OnReady(Ready) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t taken = read(descriptor_.get(), &count, sizeof count);
}

void EventLoop::Run() {
  current_ = this;
  // The kernel may delay a thread's timers by its slack, 50 us by default: far too much here.
  prctl(PR_SET_TIMERSLACK, 1);
  // For an unprivileged process this fails and changes nothing. On Linux it is the thread's alone.
  constexpr int kNiceOfPacing = -15;
  if (options_.pacing) setpriority(PRIO_PROCESS, 0, kNiceOfPacing);
  TimePoint woke = Now();
  while (RunPosted()) {
    RunDue();
    SoundAlarms();
    EndTurn();
    const TimePoint now = Now();
    counts_.Add(now - woke);
    Wait(now);
    woke = Now();
    poller_.Tell();
  }
}

// False when the loop is to end.
bool EventLoop::RunPosted() {
  std::vector<Timed> asked;
  {
    const MutexLock lock(mutex_);
    sleeping_ = false;
    if (stopping_) return false;
    running_.swap(posted_);
    asked.swap(asked_);
    taken_up_to_ = sequence_.load(std::memory_order_relaxed);
    something_posted_.store(false, std::memory_order_relaxed);
  }
  for (Timed& timed : asked) Push(std::move(timed));
  for (Task& task : running_) {
    task();
    task = nullptr;
  }
  running_.clear();
  return true;
}

// Not what was asked for in this turn: another thread may have asked before, and is taken in first,
// in the next one.
void EventLoop::RunDue() {
  const TimePoint now = Now();
  for (int i = 0; i < kTasksOfTurnMax && !heap_.empty(); ++i) {
    if (heap_.front().when > now || heap_.front().sequence >= taken_up_to_) return;
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    Task task = std::move(heap_.back().task);
    heap_.pop_back();
    task();
  }
}

void EventLoop::SoundAlarms() {
  const TimePoint now = Now();
  for (int i = 0; i < kTasksOfTurnMax; ++i) {
    Alarm* const due = alarms_.TakeDue(now);
    if (due == nullptr) return;
    due->OnAlarm(now);
  }
}

void EventLoop::EndTurn() {
  ending_.swap(ends_);
  for (std::size_t i = 0; i < ending_.size(); ++i) {
    TurnEnd* const end = ending_[i];
    if (end == nullptr) continue;  // forgotten meanwhile
    end->listed = false;
    ending_[i] = nullptr;
    end->OnTurnEnd();
  }
  ending_.clear();
}

void EventLoop::Wait(TimePoint now) {
  const TimePoint due = ends_.empty() ? NextDue() : now;
  // Spinning comes first, for what may come at any moment, and last, for what is due by the clock.
  const TimePoint spin_until = std::min(due, SaturatingAdd(now, options_.spin));
  for (; now < spin_until; now = Now()) {
    poller_.Wait(Duration::zero());
    if (poller_.ready() > 0 || something_posted_.load(std::memory_order_relaxed)) return;
  }
  const bool sleeps = due > now && MaySleep();
  const Duration longest = due == kNever ? Duration::max() : due - now - options_.spin;
  const Duration wait = options_.pacing ? WithoutSlack(longest) : longest;
  poller_.Wait(sleeps ? wait : Duration::zero());
}

TimePoint EventLoop::NextDue() const {
  return std::min(heap_.empty() ? kNever : heap_.front().when, alarms_.Next());
}

// From then on who posts wakes it.
bool EventLoop::MaySleep() {
  const MutexLock lock(mutex_);
  sleeping_ = posted_.empty() && asked_.empty() && !stopping_;
  return sleeping_;
}

}  // namespace ringlab
