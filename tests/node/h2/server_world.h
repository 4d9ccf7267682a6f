// A server's connection in memory, for tests, and what it needs around it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/h2/calls/health_rows.h"
#include "node/h2/calls/method_index.h"
#include "node/h2/calls/server_connection.h"
#include "node/h2/frames/memory.h"
#include "tests/node/h2/bytes.h"
#include "tests/node/h2/scarce_memory.h"

namespace ringlab {

// A route on one thread, as that of a live connection: at once, or dropped when it has ended.
class DirectRoute final : public AnswerRoute {
 public:
  using AnswerRoute::AnswerRoute;

  void Deliver(CallId call, MethodReply&& reply) override {
    if (connection != nullptr) connection->Answer(call, std::move(reply));
  }

  ServerConnection* connection = nullptr;
};

// The methods of test.Test: Echo answers with the request, Fail with an error, Later when it is
// told to, Throw not at all, Explain with everything beside a body.
struct ServerWorld {
  struct Waiting {
    std::string request;
    ReplyCallback done;
  };

  explicit ServerWorld(H2Limits wanted = {}, std::string token = "")
      : limits(wanted),
        authorization(token.empty() ? "" : "Bearer " + token),
        index(Methods(), HealthRows(health)) {
    Connect();
  }
  ~ServerWorld() { Disconnect(); }

  void Connect(TimePoint now = kStart) {
    Disconnect();
    out = OutChain();
    route = std::make_shared<DirectRoute>(at_work);
    connection = std::make_unique<ServerConnection>(
        H2ServerWorld{index, limits, authorization, memory, counters}, route, now);
    route->connection = &*connection;
  }
  void Disconnect() {
    if (route != nullptr) route->connection = nullptr;
    connection.reset();
  }

  void Feed(std::string_view bytes, TimePoint now = kStart, std::size_t step = SIZE_MAX) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
      connection->Feed(AsBytes(bytes.substr(0, step)), now);
    }
  }
  std::string Pull(TimePoint now = kStart) {
    std::string all;
    do {
      all += TakeAll(out);
      connection->Pull(out, now);
    } while (!out.empty());
    return all;
  }

  void AnswerNext(MethodReply reply) {
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    next.done(std::move(reply));
  }

  // Every call ended once.
  bool adds_up() const {
    const std::uint64_t open = connection != nullptr ? connection->calls() : 0;
    const std::uint64_t ends =
        counters.answered + counters.refused + counters.expired + counters.gone;
    // A call whose answer is on its way is counted, and still open.
    return ends <= counters.calls && counters.calls <= ends + open;
  }

  H2Limits limits;
  std::string authorization;
  std::shared_ptr<Health> health =
      std::make_shared<Health>(std::vector<std::string>{"test.Test", "a.Service"});
  MethodIndex index;
  H2Memory memory{limits.memory_kept_max, &ScarceMemory::Allocate};
  H2ServerCounters counters;
  std::shared_ptr<HandlersAtWork> at_work = std::make_shared<HandlersAtWork>(0);
  std::deque<Waiting> waiting;
  std::vector<TimePoint> deadlines;
  std::vector<Trace> traces;
  std::shared_ptr<DirectRoute> route;
  OutChain out;
  std::unique_ptr<ServerConnection> connection;

 private:
  MethodTable Methods() {
    const auto echo = [this](const IncomingCall& call, ReplyCallback done) {
      deadlines.push_back(call.deadline);
      traces.push_back(call.trace);
      done(std::string(call.request));
    };
    const auto fail = [](const IncomingCall& call, ReplyCallback done) {
      MethodReply reply = Fail(Code::kNotFound, "no \"" + std::string(call.request) + "\"\n");
      reply.retry_after = std::chrono::milliseconds(40);
      done(std::move(reply));
    };
    const auto later = [this](const IncomingCall& call, ReplyCallback done) {
      waiting.push_back({std::string(call.request), std::move(done)});
    };
    const auto explain = [](const IncomingCall& call, ReplyCallback done) {
      MethodReply reply = std::string(call.request);
      reply.answer = "hit main";
      done(std::move(reply));
    };
    const auto drop = [](const IncomingCall&, ReplyCallback) { throw 1; };  // NOLINT: a test of it
    return {{.service = "test.Test", .name = "Echo", .handler = echo},
            {.service = "test.Test", .name = "Fail", .handler = fail},
            {.service = "test.Test", .name = "Later", .handler = later},
            {.service = "test.Test", .name = "Explain", .handler = explain},
            {.service = "test.Test", .name = "Throw", .handler = drop}};
  }
};

}  // namespace ringlab
