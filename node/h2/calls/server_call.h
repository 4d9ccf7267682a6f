// ServerCall: one request of a server's connection, from its first header field to the end of its
// stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "node/h2/calls/request_head.h"
#include "node/h2/frames/message_body.h"
#include "node/h2/frames/message_reader.h"
#include "node/h2/frames/slab.h"

namespace ringlab {

// What ends a reply: the trailing header fields.
struct ReplyTail {
  std::string_view status = "0";
  std::string message;         // percent-encoded; "" for none
  std::string answer;          // kAnswerMetadata; "" for none
  std::string pushback_ms;     // kPushbackMetadata; "" for none
  bool identity_only = false;  // tells which encodings we take
};

struct ServerCall {
  enum class State : std::uint8_t {
    kHead,       // its header fields are coming
    kReceiving,  // its message is coming
    kWorking,    // a handler has it
    kStreaming,  // a built-in method replies, and goes on
    kAnswered,   // its end is on the way; whatever else comes is dropped
  };

  CallId id;
  std::int32_t stream = 0;
  State state = State::kHead;
  RequestHead head;
  MessageReader reader;
  std::size_t held = 0;  // bytes that the reader holds, as the connection has counted them
  bool has_message = false;
  bool ended = false;  // by the caller: END_STREAM has come

  TimePoint deadline = kNever;  // the caller's
  TimePoint due = kNever;       // when we give up: its deadline, or that of its body
  bool armed = false;           // in Deadlines

  MessageBody body;
  ReplyTail tail;
  bool replying = false;  // the reply's header fields are submitted
  std::string followed;   // the last reply of a method that is followed

  void Reset() {
    const CallId kept = id;
    std::destroy_at(this);
    std::construct_at(this)->id = kept;
  }
};

}  // namespace ringlab
