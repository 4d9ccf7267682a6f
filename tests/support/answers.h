// Answers: what the callbacks of some Gets were told, in the order in which they were called.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/types.h"

namespace ringlab {

// Thread-safe. Callbacks may outlive it, so that a test that fails half-way fails cleanly.
class Answers {
 public:
  GetCallback Callback() {
    return [state = state_](Result<GetReply> reply) {
      const std::lock_guard lock(state->mutex);
      state->replies.push_back(std::move(reply));
      state->grew.notify_all();
    };
  }

  // Waits until `count` answers are in, for implementations that have threads; false when they do
  // not come at all.
  bool WaitFor(std::size_t count) const {
    std::unique_lock lock(state_->mutex);
    return state_->grew.wait_for(lock, std::chrono::seconds(30),
                                 [&] { return state_->replies.size() >= count; });
  }

  std::size_t size() const {
    const std::lock_guard lock(state_->mutex);
    return state_->replies.size();
  }

  Result<GetReply> at(std::size_t index) const {
    const std::lock_guard lock(state_->mutex);
    return state_->replies.at(index);
  }

  // "OK: bytes" or "NOT_FOUND": short enough to compare in a test.
  std::string text(std::size_t index) const {
    const Result<GetReply> reply = at(index);
    if (!reply) return std::string(CodeName(reply.error().code));
    return "OK: " + std::string(reply->value.view());
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable grew;
    std::vector<Result<GetReply>> replies;
  };

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace ringlab
