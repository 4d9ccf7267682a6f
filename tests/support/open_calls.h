// OpenCalls: how the calls under way fail. Shared with tasks and handlers that may come after their
// transport's end. Who takes a call out answers it. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "core/base/result.h"

namespace ringlab {

class OpenCalls {
 public:
  std::uint64_t Begin(std::function<void(Error)> fail) {
    const std::lock_guard lock(mutex_);
    open_.emplace(++last_id_, std::move(fail));
    return last_id_;
  }
  bool Take(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    return open_.erase(id) > 0;
  }
  void FailAll() {
    std::map<std::uint64_t, std::function<void(Error)>> open;
    {
      const std::lock_guard lock(mutex_);
      open.swap(open_);
    }
    for (auto& [id, fail] : open) fail({Code::kUnavailable, "the transport has ended"});
  }

 private:
  std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::function<void(Error)>> open_;
};

}  // namespace ringlab
