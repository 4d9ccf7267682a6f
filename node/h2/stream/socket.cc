#include "node/h2/stream/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace ringlab {

namespace {

constexpr unsigned kUnacknowledgedMsMax = 20'000;

tl::unexpected<Error> CannotListen(const std::string& address, const std::string& why) {
  return Fail(Code::kUnavailable, "listen on \"" + address + "\": " + why +
                                      "; expected a free HOST:PORT of this machine (port 0: any "
                                      "free one)");
}

// Neither can fail in a way that would matter: the connection works without them.
void Tune(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedMsMax,
             sizeof kUnacknowledgedMsMax);
}

in_port_t& PortOf(SocketAddress& address) {
  return address.bytes.ss_family == AF_INET6
             ? reinterpret_cast<sockaddr_in6&>(address.bytes).sin6_port
             : reinterpret_cast<sockaddr_in&>(address.bytes).sin_port;
}

Result<Descriptor> ListenAt(const SocketAddress& at) {
  Descriptor listener(
      socket(at.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  const int on = 1;
  if (listener && setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&at.bytes), at.size) == 0 &&
      listen(listener.get(), SOMAXCONN) == 0) {
    return listener;
  }
  return Fail(Code::kUnavailable, std::strerror(errno));
}

bool IsItself(int socket) {
  SocketAddress mine{.size = sizeof mine.bytes};
  SocketAddress others{.size = sizeof others.bytes};
  return getsockname(socket, reinterpret_cast<sockaddr*>(&mine.bytes), &mine.size) == 0 &&
         getpeername(socket, reinterpret_cast<sockaddr*>(&others.bytes), &others.size) == 0 &&
         mine.size == others.size && std::memcmp(&mine.bytes, &others.bytes, mine.size) == 0;
}

}  // namespace

Result<HostPort> SplitAddress(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "\"" + std::string(address) + "\": expected HOST:PORT");
  }
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return HostPort{std::string(host), std::string(address.substr(colon + 1))};
}

Result<std::vector<SocketAddress>> Resolve(const HostPort& address, Lookup lookup) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = lookup == Lookup::kListen    ? AI_PASSIVE
                    : lookup == Lookup::kNumeric ? AI_NUMERICHOST | AI_NUMERICSERV
                                                 : 0;
  addrinfo* first = nullptr;
  const int error = getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &first);
  if (error != 0) return Fail(Code::kUnavailable, gai_strerror(error));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> freed(first, freeaddrinfo);
  std::vector<SocketAddress> found;
  for (const addrinfo* at = first; at != nullptr; at = at->ai_next) {
    SocketAddress one;
    if (at->ai_addrlen > sizeof one.bytes) continue;
    std::memcpy(&one.bytes, at->ai_addr, at->ai_addrlen);
    one.size = at->ai_addrlen;
    found.push_back(one);
  }
  if (found.empty()) return Fail(Code::kUnavailable, "the name has no address");
  return found;
}

Result<Listening> Listen(const std::string& address) {
  const auto split = SplitAddress(address);
  if (!split) return CannotListen(address, "no port is named");
  auto addresses = Resolve(*split, Lookup::kListen);
  if (!addresses) return CannotListen(address, addresses.error().message);
  Listening listening;
  std::string why;
  in_port_t port = 0;  // that the first has, all have
  for (SocketAddress& at : *addresses) {
    if (port != 0) PortOf(at) = port;
    auto listener = ListenAt(at);
    if (!listener) {
      why = listener.error().message;
      continue;  // one address of several will do
    }
    if (port == 0) {
      at.size = sizeof at.bytes;
      getsockname(listener->get(), reinterpret_cast<sockaddr*>(&at.bytes), &at.size);
      port = PortOf(at);
    }
    listening.sockets.push_back(*std::move(listener));
  }
  if (listening.sockets.empty()) return CannotListen(address, why);
  listening.address = address.substr(0, address.rfind(':') + 1) + std::to_string(ntohs(port));
  return listening;
}

Accepted Accept(int listener) {
  Descriptor socket(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (socket) {
    Tune(socket.get());
    return {Accepted::Kind::kSocket, std::move(socket)};
  }
  switch (errno) {
    case EAGAIN: return {Accepted::Kind::kNone, {}};
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: return {Accepted::Kind::kExhausted, {}};
    default: return {Accepted::Kind::kFailed, {}};
  }
}

Result<Descriptor> Connect(const SocketAddress& to) {
  Descriptor socket(
      ::socket(to.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket) return Fail(Code::kUnavailable, std::strerror(errno));
  Tune(socket.get());
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&to.bytes), to.size) != 0 &&
      errno != EINPROGRESS && errno != EINTR) {
    return Fail(Code::kUnavailable, std::strerror(errno));
  }
  return socket;
}

Result<void> ConnectError(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  // Whoever dials a free port of this machine long enough gets it as his own, and meets himself.
  if (error == 0 && IsItself(socket)) error = ECONNREFUSED;
  if (error == 0) return {};
  return Fail(Code::kUnavailable, std::strerror(error));
}

}  // namespace ringlab
