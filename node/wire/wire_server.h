// WireServer: what serves a method table over a wire, whichever engine does.
//
// Thread-safe. Ends itself as by Stop(0).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "node/live/said.h"
#include "node/security/security.h"

namespace ringlab {

struct WireServerOptions {
  bool reflection = true;  // answers tools such as grpcurl; takes grpc++ a thread for each server
  std::size_t request_bytes_max = std::size_t{32} << 20;  // larger ones are kResourceExhausted
  // PINGs that come sooner, without a call between, end their connection: "too_many_pings".
  Duration ping_interval_min = std::chrono::seconds(5);
  Security security = {};
  std::function<void(const Said&)> say = {};  // what an engine has to tell of its own accord
};

// What an engine counts beside the work of its handlers: how calls ended, and which of its limits
// peers have reached, each with a name for metrics.
struct WireFigures {
  using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;

  std::size_t connections = 0;  // now
  Counts calls = {};
  Counts limits = {};
};

class WireServer {
 public:
  virtual ~WireServer() = default;

  // "host:port" with the port that is really bound.
  virtual const std::string& address() const = 0;

  // What health checks are told: NOT_SERVING until the first SetServing.
  virtual void SetServing(bool serving) = 0;
  virtual bool serving() const = 0;

  // What of it does not work for now, a line each; of the engine, not of its handlers.
  virtual std::vector<std::string> troubles() const { return {}; }

  // Waits a moment for the engine's threads, so not from one of them. Empty where the engine tells
  // nothing.
  virtual WireFigures figures() const { return {}; }

  // Whoever is connected has to connect again: what is on its way here on a connection of before,
  // perhaps for long, is not taken. Waits a moment, as figures() does. grpc++ offers no such thing,
  // and does nothing.
  virtual void Fence() {}

  // From now on calls that come in are told kUnavailable, by whom nothing was done for them; those
  // under way go on. For a moment before Stop.
  virtual void Refuse() = 0;

  // Takes no new call and lets the accepted ones finish; callers that are connected and idle hold
  // up nothing. After `grace` callers are told that it is over; it still returns only when every
  // handler has answered. Idempotent; never from a handler.
  virtual void Stop(Duration grace) = 0;
};

}  // namespace ringlab
