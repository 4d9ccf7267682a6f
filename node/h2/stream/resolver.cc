#include "node/h2/stream/resolver.h"

#include <system_error>
#include <utility>

namespace ringlab {

void Resolver::Ask(HostPort name, Found found) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    try {
      if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
      questions_.push_back({std::move(name), std::move(found)});
    } catch (const std::system_error&) {
      // Told below, outside the lock.
    }
  }
  if (found) return found(Fail(Code::kUnavailable, "no thread to ask for its address"));
  asked_.notify_one();
}

void Resolver::Stop() {
  std::deque<Question> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(questions_);
  }
  asked_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Resolver::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    asked_.wait(lock, [this] { return stopping_ || !questions_.empty(); });
    if (stopping_) return;
    Question question = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    question.found(Resolve(question.name, Lookup::kNames));
    question.found = nullptr;
    lock.lock();
  }
}

}  // namespace ringlab
