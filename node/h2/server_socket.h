// ServerSocket: one connection of a server, on one loop: what the socket brings goes to its
// ServerConnection, what that has to say goes back, with one write for all that a turn brought.
//
// For the loop's thread. Handlers' answers come from any thread, by the route that they hold, which
// may outlive the socket.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/base/sync.h"
#include "node/h2/calls/answer_route.h"
#include "node/h2/calls/server_connection.h"
#include "node/h2/frames/out_chain.h"
#include "node/h2/loop/event_loop.h"
#include "node/h2/loop/loop_pool.h"
#include "node/h2/stream/byte_stream.h"

namespace ringlab {

class ServerSocket;

// Crosses from handlers' threads to the loop's, once for all answers of a burst. Shared by them.
class SocketRoute final : public AnswerRoute, public std::enable_shared_from_this<SocketRoute> {
 public:
  SocketRoute(std::shared_ptr<HandlersAtWork> at_work, EventLoop& loop)
      : AnswerRoute(std::move(at_work)), loop_(loop) {}

  void Deliver(CallId call, MethodReply&& reply) override;

  // The loop's thread: the socket, until it has ended.
  void LeadsTo(ServerSocket* socket) { socket_ = socket; }
  ServerSocket* socket() const { return socket_; }

 private:
  struct Answer {
    CallId call;
    MethodReply reply;
  };

  void DeliverPosted();

  EventLoop& loop_;  // there as long as a handler is at work
  ServerSocket* socket_ = nullptr;
  Mutex mutex_;
  std::vector<Answer> posted_ RL_GUARDED_BY(mutex_);
};

class ServerSocket final : private Watcher, private TurnEnd, private Alarm {
 public:
  // Who has the sockets of a loop. Both may end the socket.
  class Home {
   public:
    virtual void OnActive(ServerSocket& socket) = 0;
    // Of no use any more. `why` is "" for what peers do every day, such as hanging up.
    virtual void OnOver(ServerSocket& socket, const std::string& why) = 0;

   protected:
    ~Home() = default;
  };

  ServerSocket(Home& home, const H2ServerWorld& world, std::shared_ptr<HandlersAtWork> at_work,
               LoopPool::Seat seat, std::unique_ptr<ByteStream> stream);
  ~ServerSocket();

  // kResourceExhausted when the socket cannot be watched.
  Result<void> Begin();

  void Answer(CallId call, MethodReply&& reply);
  void Drain();
  void Fence();
  void LookAgain();

  const ServerConnection& connection() const { return connection_; }
  const std::shared_ptr<SocketRoute>& route() const { return route_; }

 private:
  void OnReady(Ready ready) override;
  void OnTurnEnd() override;
  void OnAlarm(TimePoint now) override;

  bool Open();
  void Read();
  void Write(TimePoint now);
  void Settle(TimePoint now);
  void End(std::string why);

  Home& home_;
  const H2Limits& limits_;
  const LoopPool::Seat seat_;
  EventLoop& loop_;
  const std::unique_ptr<ByteStream> stream_;
  const std::shared_ptr<SocketRoute> route_;
  ServerConnection connection_;
  OutChain out_;

  Ready interest_;
  bool open_ = false;         // TLS has shaken hands
  bool needs_write_ = false;  // to go on reading: TLS
  bool blocked_ = false;      // the last write was short
  bool feeding_ = false;
  bool reads_on_ = false;  // there is more to read that the socket does not show
  bool over_ = false;
  std::string why_;
};

}  // namespace ringlab
