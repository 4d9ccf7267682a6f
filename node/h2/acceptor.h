// Acceptor: the listening sockets of a server on one loop. What connects is handed on; when the
// system has no descriptors left, that is told, and it tries again after a moment, for as long as
// it takes.
//
// For the loop's thread.
#pragma once

#include <deque>
#include <functional>

#include "node/h2/loop/event_loop.h"
#include "node/h2/stream/socket.h"
#include "node/live/complaints.h"
#include "node/live/troubles.h"

namespace ringlab {

class Acceptor final : private Alarm {
 public:
  // False when others had better wait a moment: for one that has come, another has to go.
  using Take = std::function<bool(Descriptor socket)>;

  static constexpr const char* kTrouble = "accept";

  // Complaints and troubles outlive it.
  Acceptor(EventLoop& loop, Listening listening, Complaints& complaints, Troubles& troubles,
           Take take);
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
  void Pause(Duration rest);
  void Rest(const char* why);
  void WorksAgain();
  void OnAlarm(TimePoint now) override;

  EventLoop& loop_;
  Complaints& complaints_;
  Troubles& troubles_;
  const Take take_;
  const std::string address_;
  std::deque<Listener> listeners_;
  bool resting_ = false;
};

}  // namespace ringlab
