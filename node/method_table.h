// MethodTable: what a node answers to, as rows of path -> handler over bytes.
//
// The rows know messages, the wire engine under them knows connections, and neither knows the
// other: a dialect is a row, and another engine takes the same table. Built once, then read-only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/function.h"
#include "core/result.h"
#include "core/time.h"

namespace ringlab {

// What an engine hands to a handler; the bytes live until the handler returns.
struct IncomingCall {
  std::string_view request;
  TimePoint deadline = kNever;
};

// The reply's bytes, or an error whose code and message go to the caller as they are.
using ReplyCallback = Function<void(Result<std::string>)>;

// Called from many threads at once. `done` runs exactly once, on any thread.
using Handler = std::function<void(const IncomingCall& call, ReplyCallback done)>;

struct Method {
  std::string service;  // "groupcachepb.GroupCache"
  std::string name;     // "Get"
  Handler handler;

  std::string path() const { return "/" + service + "/" + name; }
};

using MethodTable = std::vector<Method>;

}  // namespace ringlab
