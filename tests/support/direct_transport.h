// DirectTransport: nodes that call each other inside this process.
//
// With a delay, requests arrive that much later by the scheduler, as over a network; without one
// they arrive inside Get. Deadlines pass by the scheduler. Nodes can die and come back.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/scheduler.h"
#include "core/transport.h"

namespace ringlab {

class DirectTransport final : public Transport {
 public:
  // What a node does with a request. Outlives the transport.
  using Handler = std::function<void(const GetRequest&, GetCallback)>;

  // The scheduler outlives the transport.
  explicit DirectTransport(Scheduler& scheduler, Duration delay = Duration::zero())
      : scheduler_(scheduler), delay_(delay), calls_(std::make_shared<Calls>()) {}

  // Calls still under way are told that they will not be answered.
  ~DirectTransport() override { calls_->FinishAll(); }

  void Serve(std::string name, Handler handler) {
    const std::lock_guard lock(mutex_);
    handlers_[std::move(name)] = std::make_shared<Handler>(std::move(handler));
  }
  void Kill(const std::string& name) {
    const std::lock_guard lock(mutex_);
    dead_.insert(name);
  }
  void Revive(const std::string& name) {
    const std::lock_guard lock(mutex_);
    dead_.erase(name);
  }

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override {
    const std::shared_ptr<Handler> handler = HandlerOf(to);
    if (!handler) return done(Fail(Code::kUnavailable, "no node " + std::string(to)));
    if (request.deadline <= scheduler_.Now()) return done(TooLate());
    const auto copy = std::make_shared<const Copy>(request);  // `done` may end the request's bytes
    const std::uint64_t id = calls_->Begin(std::move(done));
    if (request.deadline != kNever) {
      scheduler_.RunAt(request.deadline, [calls = calls_, id] { calls->Finish(id, TooLate()); });
    }
    auto answer = [calls = calls_, id](Result<GetReply> reply) {
      calls->Finish(id, std::move(reply));
    };
    if (delay_ == Duration::zero()) return (*handler)(copy->request, std::move(answer));
    scheduler_.RunAt(SaturatingAdd(scheduler_.Now(), delay_),
                     [handler, copy, answer] { (*handler)(copy->request, answer); });
  }

 private:
  // A request with strings of its own.
  struct Copy {
    explicit Copy(const GetRequest& from)
        : group(from.group), key(from.key), origin(from.origin), request(from) {
      request.group = group;
      request.key = key;
      request.origin = origin;
    }
    std::string group, key, origin;
    GetRequest request;
  };

  // The calls under way. Shared with tasks and handlers that may come after the transport's end.
  class Calls {
   public:
    std::uint64_t Begin(GetCallback done) {
      const std::lock_guard lock(mutex_);
      open_.emplace(++last_id_, std::move(done));
      return last_id_;
    }
    // The first to come answers.
    void Finish(std::uint64_t id, Result<GetReply> reply) {
      GetCallback done;
      {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(id);
        if (found == open_.end()) return;
        done = std::move(found->second);
        open_.erase(found);
      }
      done(std::move(reply));
    }
    void FinishAll() {
      std::map<std::uint64_t, GetCallback> open;
      {
        const std::lock_guard lock(mutex_);
        open.swap(open_);
      }
      for (auto& [id, done] : open) done(Fail(Code::kUnavailable, "the transport has ended"));
    }

   private:
    std::mutex mutex_;
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, GetCallback> open_;
  };

  static tl::unexpected<Error> TooLate() {
    return Fail(Code::kDeadlineExceeded, "the deadline of the call passed");
  }

  std::shared_ptr<Handler> HandlerOf(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = handlers_.find(name);
    return found == handlers_.end() || dead_.count(found->first) > 0 ? nullptr : found->second;
  }

  Scheduler& scheduler_;
  const Duration delay_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Handler>, std::less<>> handlers_;
  std::set<std::string> dead_;
  const std::shared_ptr<Calls> calls_;
};

}  // namespace ringlab
