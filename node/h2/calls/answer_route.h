// AnswerRoute: the way of handlers' answers back to their connection, which may have ended.
//
// A handler answers on any thread, at any time; a connection lives on one. The live half says how
// to cross over. Each answer holds the route, which therefore outlives the connection, and counts
// as a handler at work in the node until it is delivered.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "node/h2/frames/slab.h"
#include "node/wire/method_table.h"

namespace ringlab {

// Handlers of a node that have not answered, those whose callers have gone included.
using HandlersAtWork = std::atomic<std::int64_t>;

class AnswerRoute {
 public:
  explicit AnswerRoute(std::shared_ptr<HandlersAtWork> at_work) : at_work_(std::move(at_work)) {}
  virtual ~AnswerRoute() = default;

  // Brings an answer to ServerConnection::Answer, on the connection's thread: at once if this is
  // it, within Feed too. Drops it when the connection has ended. Once a handler, on any thread.
  virtual void Deliver(CallId call, MethodReply&& reply) = 0;

  HandlersAtWork& at_work() { return *at_work_; }

 private:
  const std::shared_ptr<HandlersAtWork> at_work_;
};

// The `done` that a handler gets. One that is dropped uncalled, by a handler that throws or by a
// scheduler that ends, answers all the same.
class AnswerTicket {
 public:
  AnswerTicket(std::shared_ptr<AnswerRoute> route, CallId call)
      : route_(std::move(route)), call_(call) {
    route_->at_work().fetch_add(1, std::memory_order_relaxed);
  }
  AnswerTicket(AnswerTicket&&) noexcept = default;
  AnswerTicket& operator=(AnswerTicket&&) = delete;
  ~AnswerTicket() {
    if (route_ != nullptr) Deliver(Fail(Code::kInternal, "the handler ended without an answer"));
  }

  void operator()(MethodReply&& reply) { Deliver(std::move(reply)); }

 private:
  void Deliver(MethodReply&& reply) {
    const std::shared_ptr<AnswerRoute> route = std::move(route_);
    RL_CHECK_BECAUSE(route != nullptr, "a handler answered twice");
    route->Deliver(call_, std::move(reply));
    route->at_work().fetch_sub(1, std::memory_order_release);
  }

  std::shared_ptr<AnswerRoute> route_;
  CallId call_;
};

}  // namespace ringlab
