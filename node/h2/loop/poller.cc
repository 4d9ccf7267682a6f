#include "node/h2/loop/poller.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr Duration kLongest = std::chrono::hours(1);  // then it looks around, and waits again

// A wait with a time limit in nanoseconds. Kernels before 5.11 know milliseconds alone, and a
// container's rules may be older than the call.
int WaitFor(int epoll, epoll_event* events, int events_max, Duration longest) {
  static std::atomic<bool> known{true};
  if (known.load(std::memory_order_relaxed)) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest);
    const timespec limit{seconds.count(), static_cast<long>((longest - seconds).count())};
    const int ready = epoll_pwait2(epoll, events, events_max, &limit, nullptr);
    if (ready >= 0 || errno == EINTR) return ready;
    known.store(false, std::memory_order_relaxed);
  }
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(longest);
  return epoll_wait(epoll, events, events_max, static_cast<int>(ms.count()));
}

// Our own mistake, and not what a signal or the system's want of memory does.
bool IsMisuse(int error) { return error == EBADF || error == EFAULT || error == EINVAL; }

}  // namespace

Result<Poller> Poller::Open() {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) {
    return Fail(Code::kResourceExhausted, std::string("open an epoll: ") + std::strerror(errno));
  }
  return Poller(std::move(epoll));
}

Result<void> Poller::Watch(int descriptor, Ready interest, Watcher& watcher) {
  const auto at = static_cast<std::size_t>(descriptor);
  if (entries_.size() <= at) entries_.resize(std::max(at + 1, entries_.size() * 2));
  RL_CHECK_BECAUSE(entries_[at].watcher == nullptr, "a descriptor has one watcher");
  if (auto added = Control(EPOLL_CTL_ADD, descriptor, interest); !added) return added;
  entries_[at].watcher = &watcher;
  return {};
}

Result<void> Poller::Change(int descriptor, Ready interest) {
  return Control(EPOLL_CTL_MOD, descriptor, interest);
}

void Poller::Forget(int descriptor) {
  Entry& entry = entries_[static_cast<std::size_t>(descriptor)];
  RL_CHECK_BECAUSE(entry.watcher != nullptr, "only what is watched can be forgotten");
  entry.watcher = nullptr;
  ++entry.generation;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void Poller::Wait(Duration longest) {
  const Duration limit = std::clamp<Duration>(longest, Duration::zero(), kLongest);
  const int ready = WaitFor(epoll_.get(), events_.data(), static_cast<int>(events_.size()), limit);
  RL_CHECK_BECAUSE(ready >= 0 || !IsMisuse(errno), "an open epoll can be waited for");
  ready_ = ready < 0 ? 0 : static_cast<std::size_t>(ready);
}

void Poller::Tell() {
  const std::size_t ready = std::exchange(ready_, 0);
  for (std::size_t i = 0; i < ready; ++i) {
    const std::uint64_t data = events_[i].data.u64;
    const Entry& entry = entries_[static_cast<std::uint32_t>(data)];
    if (entry.watcher == nullptr || entry.generation != data >> 32) continue;
    const std::uint32_t events = events_[i].events;
    const bool over = (events & (EPOLLERR | EPOLLHUP)) != 0;
    entry.watcher->OnReady(
        {.read = over || (events & EPOLLIN) != 0, .write = over || (events & EPOLLOUT) != 0});
  }
}

Result<void> Poller::Control(int operation, int descriptor, Ready interest) {
  const Entry& entry = entries_[static_cast<std::size_t>(descriptor)];
  epoll_event event{};
  event.events = (interest.read ? EPOLLIN : 0U) | (interest.write ? EPOLLOUT : 0U);
  event.data.u64 = std::uint64_t{entry.generation} << 32 | static_cast<std::uint32_t>(descriptor);
  if (epoll_ctl(epoll_.get(), operation, descriptor, &event) == 0) return {};
  return Fail(Code::kResourceExhausted, std::string("watch a socket: ") + std::strerror(errno));
}

}  // namespace ringlab
