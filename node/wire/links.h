// Links: the ways to other nodes, one an address, whichever engine carries them. A link knows bytes
// and paths, and nothing of messages.
//
// Thread-safe. Links end after all who call them; ending them ends their calls.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/call_times.h"
#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "node/live/said.h"
#include "node/security/security.h"

namespace ringlab {

struct OutgoingCall {
  std::string_view path;  // "/Service/Method"; outlives the call
  std::string request;
  TimePoint deadline = kNever;
  Trace trace = {};
  CallTimes* times = nullptr;  // filled in before the callback; it outlives that
};

// The bytes live until the callback returns.
using BytesCallback = Function<void(Result<std::string_view>)>;

class Link {
 public:
  virtual ~Link() = default;

  // `done` runs exactly once, on any thread, possibly before Call returns. A call waits for the
  // connection while it is being made, and is kUnavailable when that fails, and at once while the
  // link waits before it tries again.
  virtual void Call(OutgoingCall&& call, BytesCallback&& done) = 0;

  // The peer is known to be there: one that could not be reached is tried at once.
  virtual void ConnectNow() = 0;
};

struct LinksOptions {
  // With several, calls take turns: one HTTP/2 connection is one thread's work at the server.
  int connections_per_peer = 1;
  Security security = {};
  std::size_t reply_bytes_max = std::size_t{1} << 30;  // larger ones are kResourceExhausted
  std::function<void(const Said&)> say = {};  // what an engine has to tell of its own accord
};

class Links {
 public:
  virtual ~Links() = default;

  // "host:port". Opens nothing. The link lives as long as the links do.
  virtual Link& To(const std::string& address) = 0;

  // "Bearer …", which every call brings; "" for none.
  virtual const std::string& authorization() const = 0;
};

}  // namespace ringlab
