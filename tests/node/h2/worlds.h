// Both sides of a connection in memory, for tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "node/h2/calls/client_connection.h"
#include "tests/node/h2/scarce_memory.h"
#include "tests/node/h2/server_world.h"

namespace ringlab {

// How a client's call ended.
struct Ended {
  Result<std::string> body;
  std::string answer;
  std::optional<Duration> retry_after;
  TimePoint sent;
};

struct ClientWorld {
  explicit ClientWorld(H2Limits wanted = {}) : limits(wanted) { Connect(); }

  void Connect(TimePoint now = kStart) {
    connection =
        std::make_unique<ClientConnection>(H2ClientWorld{identity, limits, memory, counters}, now);
  }

  // Where the end of a call will be; it may outlive the world.
  using Slot = std::shared_ptr<std::optional<Ended>>;

  ClientRequest Request(std::string_view method, std::string message, Slot slot,
                        TimePoint deadline = kNever) {
    return {.path = method,
            .message = std::move(message),
            .deadline = deadline,
            .done = [slot](const ClientReply& reply) {
              Result<std::string> body =
                  reply.body.map([](auto view) { return std::string(view); });
              slot->emplace(
                  Ended{std::move(body), std::string(reply.answer), reply.retry_after, reply.sent});
            }};
  }
  Slot Start(std::string_view method, std::string message, TimePoint now = kStart,
             TimePoint deadline = kNever) {
    Slot slot = std::make_shared<std::optional<Ended>>();
    last = connection->Start(Request(method, std::move(message), slot, deadline), now);
    return slot;
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

  bool adds_up() const {
    const std::uint64_t ends = counters.answered + counters.failed + counters.expired +
                               counters.cancelled + counters.handed_on;
    return ends <= counters.started;
  }

  H2Limits limits;
  ClientIdentity identity{.authority = "node:1"};
  H2Memory memory{limits.memory_kept_max, &ScarceMemory::Allocate};
  H2ClientCounters counters;
  std::unique_ptr<ClientConnection> connection;
  CallId last;  // that Start gave
  OutChain out;
};

}  // namespace ringlab
