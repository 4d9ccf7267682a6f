// DirectTransport: nodes that call each other inside this process.
//
// With a delay, requests arrive that much later by the scheduler, as over a network; without one
// they arrive inside the call. Deadlines pass by the scheduler. Nodes can die and come back.
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
#include <vector>

#include "core/base/scheduler.h"
#include "core/transport.h"
#include "tests/support/open_calls.h"
#include "tests/support/request_copy.h"

namespace ringlab {

class DirectTransport final : public Transport {
 public:
  // What a node does with requests. Outlives the transport. What a test leaves out is not asked.
  struct Handlers {
    std::function<void(const GetRequest&, GetCallback)> get;
    std::function<void(const GetManyRequest&, GetManyCallback)> get_many = nullptr;
    std::function<void(const GetRequest&, PeekCallback)> peek = nullptr;
    std::function<void(const SetRequest&, WriteCallback)> set = nullptr;
    std::function<void(const RemoveRequest&, WriteCallback)> remove = nullptr;
  };

  using Handler = std::function<void(const GetRequest&, GetCallback)>;

  // The scheduler outlives the transport.
  explicit DirectTransport(Scheduler& scheduler, Duration delay = Duration::zero())
      : scheduler_(scheduler), delay_(delay), calls_(std::make_shared<OpenCalls>()) {}

  // Calls still under way are told that they will not be answered.
  ~DirectTransport() override { calls_->FailAll(); }

  void Serve(std::string name, Handlers handlers) {
    const std::lock_guard lock(mutex_);
    handlers_[std::move(name)] = std::make_shared<Handlers>(std::move(handlers));
  }
  void Serve(std::string name, Handler get) {
    Serve(std::move(name), Handlers{.get = std::move(get)});
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
    Send(to, request, std::move(done), &Handlers::get,
         [](const Error& error) { return Result<GetReply>(tl::unexpected<Error>(error)); });
  }
  void GetMany(std::string_view to, const GetManyRequest& request, GetManyCallback done) override {
    Send(to, request, std::move(done), &Handlers::get_many,
         [keys = request.keys.size()](const Error& error) {
           return std::vector<Result<GetReply>>(keys, tl::unexpected<Error>(error));
         });
  }
  void Peek(std::string_view to, const GetRequest& request, PeekCallback done) override {
    Send(to, request, std::move(done), &Handlers::peek,
         [](const Error& error) { return Result<PeekReply>(tl::unexpected<Error>(error)); });
  }
  void Set(std::string_view to, const SetRequest& request, WriteCallback done) override {
    Send(to, request, std::move(done), &Handlers::set, Failed);
  }
  void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) override {
    Send(to, request, std::move(done), &Handlers::remove, Failed);
  }

 private:
  static Result<void> Failed(const Error& error) { return tl::unexpected<Error>(error); }

  template <class Request, class Reply, class Handle, class Fail>
  void Send(std::string_view to, const Request& request, Function<void(Reply)> done,
            Handle Handlers::* handle, Fail failed) {
    const std::shared_ptr<Handlers> handlers = HandlersOf(to);
    if (!handlers) return done(failed({Code::kUnavailable, "no node " + std::string(to)}));
    const Error too_late{Code::kDeadlineExceeded, "the deadline of the call passed"};
    if (request.deadline <= scheduler_.Now()) return done(failed(too_late));
    // First of all: once the deadline is armed, another thread may answer, and so end the request's
    // bytes; and a delayed one has lost them.
    const auto copy = std::make_shared<const CopyOf<Request>>(request);
    const auto shared = std::make_shared<Function<void(Reply)>>(std::move(done));
    const std::uint64_t id =
        calls_->Begin([shared, failed](const Error& error) { (*shared)(failed(error)); });
    if (copy->request.deadline != kNever) {
      scheduler_.RunAt(copy->request.deadline, [calls = calls_, id, shared, failed, too_late] {
        if (calls->Take(id)) (*shared)(failed(too_late));
      });
    }
    auto answer = [calls = calls_, id, shared](Reply reply) {
      if (calls->Take(id)) (*shared)(std::move(reply));
    };
    auto deliver = [handlers, handle, copy, answer] {
      ((*handlers).*handle)(copy->request, answer);
    };
    if (delay_ == Duration::zero()) return deliver();
    scheduler_.RunAt(SaturatingAdd(scheduler_.Now(), delay_), deliver);
  }

  std::shared_ptr<Handlers> HandlersOf(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = handlers_.find(name);
    return found == handlers_.end() || dead_.count(found->first) > 0 ? nullptr : found->second;
  }

  Scheduler& scheduler_;
  const Duration delay_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Handlers>, std::less<>> handlers_;
  std::set<std::string> dead_;
  const std::shared_ptr<OpenCalls> calls_;
};

}  // namespace ringlab
