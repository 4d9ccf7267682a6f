#include "node/h2/server_loop.h"

#include <new>
#include <utility>

#include "node/h2/stream/tls_stream.h"

namespace ringlab {

ServerLoop::ServerLoop(ServerShare& share, EventLoop& loop, H2Memory& memory)
    : share_(share),
      loop_(loop),
      world_{share.methods, share.limits, share.authorization, memory, counters_} {}

ServerLoop::~ServerLoop() { CloseAll(); }

std::shared_ptr<SocketRoute> ServerLoop::Open(Descriptor socket, LoopPool::Seat seat) {
  try {
    auto begun = Begin(std::move(socket), std::move(seat));
    if (begun) return *std::move(begun);
    share_.complaints.Add("exhausted", begun.error().message, loop_.Now());
  } catch (const std::bad_alloc&) {
    share_.complaints.Add("exhausted", "no memory for a connection", loop_.Now());
  }
  share_.connections.fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

Result<std::shared_ptr<SocketRoute>> ServerLoop::Begin(Descriptor socket, LoopPool::Seat seat) {
  std::unique_ptr<ByteStream> stream;
  if (share_.tls == nullptr) {
    stream = PlainStreamOf(std::move(socket));
  } else if (auto tls = TlsServerStreamOf(std::move(socket), share_.tls->current())) {
    stream = *std::move(tls);
  } else {
    return tl::unexpected<Error>(std::move(tls.error()));
  }
  ServerSocket::Home& home = *this;
  auto opened = std::make_unique<ServerSocket>(home, world_, share_.at_work, std::move(seat),
                                               std::move(stream));
  ServerSocket& fresh = *opened;
  if (auto begun = fresh.Begin(); !begun) {
    return tl::unexpected<Error>(std::move(begun.error()));
  }
  sockets_.push_back(std::move(opened));
  places_.emplace(&fresh, std::prev(sockets_.end()));
  if (draining_) fresh.Drain();
  return fresh.route();
}

void ServerLoop::LookAgain() {
  for (const auto& socket : sockets_) socket->LookAgain();
}

void ServerLoop::Fence() {
  for (const auto& socket : sockets_) socket->Fence();
}

void ServerLoop::Drain() {
  draining_ = true;
  for (const auto& socket : sockets_) socket->Drain();
}

bool ServerLoop::EndOldestIdle(bool at_once) {
  for (const auto& socket : sockets_) {
    if (!socket->connection().idle() || (socket->connection().draining() && !at_once)) continue;
    if (at_once) {
      Close(*socket);
    } else {
      socket->Drain();
    }
    return true;
  }
  return false;
}

void ServerLoop::Close(ServerSocket& socket) {
  const auto place = places_.find(&socket);
  const std::unique_ptr<ServerSocket> closed = std::move(*place->second);
  sockets_.erase(place->second);
  places_.erase(place);
  share_.connections.fetch_sub(1, std::memory_order_relaxed);
}

void ServerLoop::CloseAll() {
  while (!sockets_.empty()) Close(*sockets_.front());
}

void ServerLoop::OnActive(ServerSocket& socket) {
  sockets_.splice(sockets_.end(), sockets_, places_.find(&socket)->second);
}

void ServerLoop::OnOver(ServerSocket& socket, const std::string& why) {
  if (!why.empty()) share_.complaints.Add("connections", why, loop_.Now());
  Close(socket);
}

}  // namespace ringlab
