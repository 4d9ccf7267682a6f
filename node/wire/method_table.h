// MethodTable: what a node answers to, as rows of path -> handler over bytes.
//
// The rows know messages, the wire engine under them knows connections, and neither knows the
// other: a dialect is a row, and another engine takes the same table. Built once, then read-only.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"

namespace ringlab {

// What an engine hands to a handler; the bytes live until the handler returns.
struct IncomingCall {
  std::string_view request;
  TimePoint deadline = kNever;
  TimePoint arrived = kNever;  // its last bytes were read; kNever: the engine does not know
  Trace trace = {};
  bool explain = false;  // the caller's metadata asks for the answer as trailing metadata
};

// What goes back: the reply's bytes, or an error whose code and message go to the caller as they
// are; and what is said beside it, in trailing metadata.
struct MethodReply {
  // Most replies are a body and nothing else.
  template <class Body>
    requires(!std::same_as<std::remove_cvref_t<Body>, MethodReply> &&
             std::constructible_from<Result<std::string>, Body>)
  MethodReply(Body&& bytes)  // NOLINT(google-explicit-constructor)
      : body(std::forward<Body>(bytes)) {}

  Result<std::string> body;
  std::string answer = {};                   // how it came about: kAnswerMetadata; empty for none
  std::optional<Duration> retry_after = {};  // for who is turned away: gRPC's pushback
};
inline constexpr const char* kAnswerMetadata = "ringlab-answer";
inline constexpr const char* kExplainMetadata = "ringlab-explain";  // of a request: "1" asks so
inline constexpr const char* kPushbackMetadata = "grpc-retry-pushback-ms";

// An engine's own fits in, and this into a GetCallback with what lets a Get in.
using ReplyCallback = Function<void(MethodReply), 32>;

// Called from many threads at once. `done` runs exactly once, on any thread.
using Handler = std::function<void(const IncomingCall& call, ReplyCallback&& done)>;

struct Method {
  std::string service;  // "groupcachepb.GroupCache"
  std::string name;     // "Get"
  Handler handler;

  std::string path() const { return "/" + service + "/" + name; }
};

using MethodTable = std::vector<Method>;

// The services of a table, one for each of its rows.
inline std::vector<std::string> ServicesOf(const MethodTable& methods) {
  std::vector<std::string> services;
  for (const Method& method : methods) services.push_back(method.service);
  return services;
}

}  // namespace ringlab
