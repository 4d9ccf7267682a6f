// Complaints: troubles that anybody could make happen often, told seldom: a line in ten seconds for
// each kind, which counts the rest.
//
// Thread-safe; whom it tells is called from any thread, never under a lock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "core/base/sync.h"
#include "core/base/time.h"
#include "node/live/said.h"

namespace ringlab {

class Complaints {
 public:
  static constexpr Duration kBetween = std::chrono::seconds(10);

  // Without `say` they are counted only.
  explicit Complaints(std::function<void(const Said&)> say) : say_(std::move(say)) {}

  // `kind` is one of few; `text` is the whole line.
  void Add(const char* kind, std::string text, TimePoint now) {
    {
      const MutexLock lock(mutex_);
      Kind& of = kinds_[kind];
      ++of.count;
      ++of.untold;
      if (say_ == nullptr || now < of.next) return;
      of.next = SaturatingAdd(now, kBetween);
      const std::uint64_t others = std::exchange(of.untold, 0) - 1;
      if (others > 0) text += " (and " + std::to_string(others) + " more)";
    }
    say_({.warning = true, .text = std::move(text)});
  }

  std::uint64_t count(const char* kind) const {
    const MutexLock lock(mutex_);
    const auto found = kinds_.find(kind);
    return found == kinds_.end() ? 0 : found->second.count;
  }

 private:
  struct Kind {
    std::uint64_t count = 0;
    std::uint64_t untold = 0;
    TimePoint next{};
  };

  const std::function<void(const Said&)> say_;
  mutable Mutex mutex_;
  std::map<std::string, Kind, std::less<>> kinds_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
