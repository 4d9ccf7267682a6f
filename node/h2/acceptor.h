// Acceptor: the listening sockets of a server on one loop. What connects is handed on; when the
// system has no descriptors left, it waits a moment and tries again.
//
// For the loop's thread.
#pragma once

#include <deque>
#include <functional>

#include "node/h2/loop/event_loop.h"
#include "node/h2/stream/complaints.h"
#include "node/h2/stream/socket.h"

namespace ringlab {

class Acceptor final : private Alarm {
 public:
  using Take = std::function<void(Descriptor socket)>;

  Acceptor(EventLoop& loop, Listening listening, Complaints& complaints, Take take);
  ~Acceptor();

  // kResourceExhausted when a listener cannot be watched.
  Result<void> Begin();

 private:
  static constexpr int kSocketsOfTurnMax = 64;

  struct Listener final : Watcher {
    Listener(Acceptor& acceptor, Descriptor listening)
        : home(acceptor), socket(std::move(listening)) {}
    void OnReady(Ready) override { home.Accept(*this); }

    Acceptor& home;
    Descriptor socket;
    bool watched = false;
  };

  void Accept(Listener& listener);
  void Rest(const char* why);
  void OnAlarm(TimePoint now) override;

  EventLoop& loop_;
  Complaints& complaints_;
  const Take take_;
  const std::string address_;
  std::deque<Listener> listeners_;
};

}  // namespace ringlab
