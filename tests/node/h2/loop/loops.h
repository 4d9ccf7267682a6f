// For tests of what lives on event loops: loops that start, work on them that is waited for, pairs
// of sockets.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <semaphore>
#include <string_view>
#include <utility>

#include "node/h2/loop/event_loop.h"

namespace ringlab {

inline std::unique_ptr<EventLoop> StartLoop(const EventLoopOptions& options = {}) {
  auto loop = EventLoop::Start(options);
  REQUIRE(loop);
  return *std::move(loop);
}

// Runs `act` on the loop and waits for its end.
template <class Act>
void On(EventLoop& loop, Act act) {
  std::binary_semaphore ran(0);
  loop.Post([&] {
    act();
    ran.release();
  });
  ran.acquire();
}

struct SocketPair {
  SocketPair() {
    std::array<int, 2> both{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both.data()) == 0);
    mine = Descriptor(both[0]);
    others = Descriptor(both[1]);
  }
  void Send(std::string_view bytes) {
    REQUIRE(write(others.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }

  Descriptor mine;
  Descriptor others;
};

}  // namespace ringlab
