// Sockets: TCP as this engine wants it: without blocking, without Nagle's delay, and given up when
// a peer acknowledges nothing for 20 s. What the world refuses is a value.
//
// Stateless. Addresses are "host:port", "[host]:port" for an IPv6 address.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "node/h2/loop/descriptor.h"

namespace ringlab {

struct HostPort {
  std::string host;  // without brackets
  std::string port;
};

// kInvalidArgument without a colon before the port.
Result<HostPort> SplitAddress(std::string_view address);

// Where to listen or to connect, as the kernel wants it.
struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

// kNumeric asks nobody and never waits; kListen is for Listen.
enum class Lookup : std::uint8_t { kNumeric, kNames, kListen };

// At least one. kUnavailable, with the resolver's words, when there is none.
Result<std::vector<SocketAddress>> Resolve(const HostPort& address, Lookup lookup);

struct Listening {
  std::vector<Descriptor> sockets;  // one for each address of the name that could be had
  std::string address;              // with the port that is really bound
};

// Port 0 lets the system choose. kUnavailable when no address of it can be had, naming it. A port
// is never shared with another process, which would get half of the calls.
Result<Listening> Listen(const std::string& address);

// What there is to be had from a listening socket.
struct Accepted {
  enum class Kind : std::uint8_t {
    kSocket,
    kNone,       // for now
    kFailed,     // one connection was lost; there may be others
    kExhausted,  // no descriptors or memory: the same would happen again at once
  };
  Kind kind;
  Descriptor socket;  // of kSocket
};
Accepted Accept(int listener);

// Begun: writable when it is over, and then ConnectError tells how it went. kUnavailable when it
// cannot begin.
Result<Descriptor> Connect(const SocketAddress& to);
Result<void> ConnectError(int socket);

}  // namespace ringlab
