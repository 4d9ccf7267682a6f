// ServerLoop: the connections of one server on one of the loops, oldest activity first.
//
// For the loop's thread, but for its making and its count. Ends on the loop's thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "node/h2/frames/counters.h"
#include "node/h2/loop/loop_pool.h"
#include "node/h2/server_socket.h"
#include "node/h2/stream/tls_context.h"
#include "node/live/complaints.h"

namespace ringlab {

// What the loops of a server share.
struct ServerShare {
  const MethodIndex& methods;
  const H2Limits& limits;
  const std::string& authorization;
  const TlsContext* tls;  // null: in the clear
  Complaints& complaints;
  const std::shared_ptr<HandlersAtWork> at_work;
  std::atomic<std::size_t> connections{0};  // that were accepted and have not ended
};

class ServerLoop final : private ServerSocket::Home {
 public:
  ServerLoop(ServerShare& share, EventLoop& loop, H2Memory& memory);
  ~ServerLoop();

  EventLoop& loop() { return loop_; }

  // Null when the connection could not begin: it is closed.
  std::shared_ptr<SocketRoute> Open(Descriptor socket, LoopPool::Seat seat);

  void LookAgain();

  // No new calls on the connections of now.
  void Fence();

  // No new calls; connections end when theirs are answered. Later ones too.
  void Drain();

  // Asks the connection that has been idle for longest to go, or closes it; false when none is
  // idle.
  bool EndOldestIdle(bool at_once);
  void Close(ServerSocket& socket);
  void CloseAll();

  H2ServerCounters counters() const { return counters_; }

 private:
  Result<std::shared_ptr<SocketRoute>> Begin(Descriptor socket, LoopPool::Seat seat);

  using Sockets = std::list<std::unique_ptr<ServerSocket>>;

  void OnActive(ServerSocket& socket) override;
  void OnOver(ServerSocket& socket, const std::string& why) override;

  ServerShare& share_;
  EventLoop& loop_;
  H2ServerCounters counters_;
  const H2ServerWorld world_;
  Sockets sockets_;
  std::unordered_map<const ServerSocket*, Sockets::iterator> places_;
  bool draining_ = false;
};

}  // namespace ringlab
