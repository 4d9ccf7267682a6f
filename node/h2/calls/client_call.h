// ClientCall: one call of a client's connection, from Start to the end of its stream; and what
// callers say and hear of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "node/h2/calls/response_head.h"
#include "node/h2/frames/message_body.h"
#include "node/h2/frames/message_reader.h"
#include "node/h2/frames/slab.h"
#include "node/h2/frames/timeout.h"

namespace ringlab {

// Who we are, to a server; outlives the connection.
struct ClientIdentity {
  std::string authority;  // "host:port"
  std::string scheme = "http";
  std::string user_agent = "grpc-c++-ringlab";
};

// How a call ended. The bytes live until `done` returns.
struct ClientReply {
  Result<std::string_view> body;
  std::string_view answer = {};              // trailing metadata kAnswerMetadata
  std::optional<Duration> retry_after = {};  // kPushbackMetadata
  TimePoint sent = kNever;                   // when the request's last byte was written
};
// A whole BytesCallback and more fit in.
using ClientCallback = Function<void(const ClientReply&), 112>;

struct ClientRequest {
  std::string_view path;  // "/Service/Method"; outlives the call
  std::string message;
  TimePoint deadline = kNever;
  std::string_view authorization = {};  // "" for none; outlives the call
  Trace trace = {};
  ClientCallback done;
  bool refused_once = false;  // it was sent before, to who did not look at it
};

struct ClientCall {
  enum class State : std::uint8_t {
    kQueued,  // no stream yet
    kSent,    // its stream is open, or about to be
    kDone,    // `done` has run; its stream is not closed yet
  };

  CallId id;
  std::int32_t stream = 0;
  State state = State::kQueued;
  ClientRequest request;  // but for the message
  MessageBody body;
  std::optional<TimeoutText> timeout;
  TimePoint sent = kNever;
  bool armed = false;  // in Deadlines
  bool left = false;   // its header fields have been pulled

  ResponseHead head;
  MessageReader reader;
  std::size_t held = 0;  // bytes that the reader holds, as the connection has counted them
  bool has_message = false;

  void Reset() {
    const CallId kept = id;
    std::destroy_at(this);
    std::construct_at(this)->id = kept;
  }
};

}  // namespace ringlab
