// ClientSocket: one connection of a link, from the addresses to dial to its end: TCP, TLS if asked
// for, and the ClientConnection over it, with one write for all that a turn brought.
//
// For the loop's thread. Calls may be started before it is connected: they wait in the connection.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "node/h2/calls/client_connection.h"
#include "node/h2/frames/out_chain.h"
#include "node/h2/loop/event_loop.h"
#include "node/h2/stream/byte_stream.h"
#include "node/h2/stream/socket.h"
#include "node/h2/stream/tls_context.h"

namespace ringlab {

class ClientSocket final : private Watcher, private TurnEnd, private Alarm {
 public:
  // Who has it. OnOver may end the socket.
  class Home {
   public:
    // At `read_at` bytes were read, which are being fed; kNever: no longer.
    virtual void OnFed(TimePoint read_at) = 0;
    // It begins no more streams, for it is told to go, or its ids have run out.
    virtual void OnFull(ClientSocket& socket) = 0;
    // Nothing can be sent any more: `why` not, or "" when all is done. Calls that were sent have
    // ended; those in the connection's queue have not.
    virtual void OnOver(ClientSocket& socket, const std::string& why) = 0;

   protected:
    ~Home() = default;
  };

  // In the clear when `tls` is null; else `name` is what the server's certificate must be of.
  ClientSocket(Home& home, EventLoop& loop, const H2ClientWorld& world, const TlsContext* tls,
               std::string name);
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  // Dials one after the other. Until `until` it must be connected.
  void Dial(std::vector<SocketAddress> addresses, TimePoint until);
  // It cannot be dialled.
  void GiveUp(std::string why);

  void Start(ClientRequest&& request);

  // No more streams from here on. Returns the calls that none was begun for.
  std::vector<ClientRequest> Retire();

  ClientConnection& connection() { return connection_; }

 private:
  enum class Phase : std::uint8_t { kAsking, kConnecting, kOpening, kOpen, kOver };

  void OnReady(Ready ready) override;
  void OnTurnEnd() override;
  void OnAlarm(TimePoint now) override;

  void DialNext();
  void HangUp();
  void FinishConnect();
  void Open();
  void Read();
  void Feed(std::span<const std::uint8_t> bytes);
  void Write(TimePoint now);
  void Settle(TimePoint now);
  bool WatchFor(Ready interest);
  void End(std::string why);

  Home& home_;
  EventLoop& loop_;
  const TlsContext* const tls_;
  const std::string name_;
  ClientConnection connection_;
  OutChain out_;

  Phase phase_ = Phase::kAsking;
  std::vector<SocketAddress> addresses_;
  std::size_t next_address_ = 0;
  TimePoint connect_until_ = kNever;
  Descriptor socket_;                   // while it connects
  std::unique_ptr<ByteStream> stream_;  // then
  int watched_ = -1;
  Ready interest_;
  bool needs_write_ = false;  // to go on: TLS
  bool blocked_ = false;      // the last write was short
  bool reads_on_ = false;     // there is more to read that the socket does not show
  bool told_full_ = false;
  std::string why_;
};

}  // namespace ringlab
