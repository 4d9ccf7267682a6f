// Answers: what the callbacks of some Gets were told, in the order in which they were called.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/types.h"

namespace ringlab {

// Thread-safe. Outlives the callbacks it gave out.
class Answers {
 public:
  GetCallback Callback() {
    return [this](Result<GetReply> reply) {
      const std::lock_guard lock(mutex_);
      replies_.push_back(std::move(reply));
      grew_.notify_all();
    };
  }

  // Waits until `count` answers are in, for implementations that have threads; false when they do
  // not come at all.
  bool WaitFor(std::size_t count) const {
    std::unique_lock lock(mutex_);
    return grew_.wait_for(lock, std::chrono::seconds(30), [&] { return replies_.size() >= count; });
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return replies_.size();
  }

  Result<GetReply> at(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return replies_.at(index);
  }

  // "OK: bytes" or "NOT_FOUND": short enough to compare in a test.
  std::string text(std::size_t index) const {
    const Result<GetReply> reply = at(index);
    if (!reply) return std::string(CodeName(reply.error().code));
    return "OK: " + std::string(reply->value.view());
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable grew_;
  std::vector<Result<GetReply>> replies_;
};

}  // namespace ringlab
