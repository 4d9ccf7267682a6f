// H2Session: one side of an HTTP/2 connection, a nghttp2_session that is owned, with our options
// and the events of its callbacks as virtual functions.
//
// Bytes in, bytes out: no socket, no clock. Not thread-safe. Events come inside Receive and
// SendFrame, and may submit frames, but not call these two or end the session. They must not throw.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "node/h2/frames/field.h"
#include "node/h2/frames/limits.h"
#include "node/h2/frames/memory.h"
#include "node/h2/frames/message_body.h"
#include "node/h2/frames/out_chain.h"

namespace ringlab {

class H2Session {
 public:
  enum class Side : std::uint8_t { kServer, kClient };

  class Events {
   public:
    virtual ~Events() = default;

    virtual void OnFrameBegins(const nghttp2_frame_hd& head) = 0;
    virtual void OnHeadersBegin(const nghttp2_frame& frame) = 0;
    // False: too much, the stream is reset and no more of its header fields is decoded.
    virtual bool OnHeader(const nghttp2_frame& frame, std::string_view name,
                          std::string_view value) = 0;
    // `bytes` point into what was given to Receive.
    virtual void OnData(std::int32_t stream, std::string_view bytes) = 0;
    virtual void OnFrame(const nghttp2_frame& frame) = 0;
    virtual void OnFrameSent(const nghttp2_frame& frame) = 0;
    virtual void OnStreamClosed(std::int32_t stream, std::uint32_t error_code) = 0;

    // What a stream sends, by the user data that came with the stream's body.
    struct Body {
      MessageBody& bytes;
      bool more_follows;  // being empty is not the end
    };
    virtual Body OnBodyWanted(void* call) = 0;
    virtual void OnBodyTaken(void* call, std::size_t bytes) = 0;
    // The body has ended. True: trailers were submitted, which end the stream.
    virtual bool OnBodyEnd(void* call) = 0;
  };

  // `events`, `limits` and `memory` outlive the session. Submits our SETTINGS.
  H2Session(Side side, Events& events, const H2Limits& limits, H2Memory& memory);
  ~H2Session();

  // Takes all of `bytes`, or says why it could not: an error of libnghttp2, after which nothing may
  // be received any more.
  int Receive(std::span<const std::uint8_t> bytes);

  // Appends the next frame to `out`; false when there is none to be sent now.
  bool SendFrame(OutChain& out);

  // There was no memory for something: nothing is read, written or submitted any more, and the
  // connection has to end.
  bool failed() const { return failed_; }

  bool wants_read() const { return !failed_ && nghttp2_session_want_read(raw()) != 0; }
  bool wants_write() const { return !failed_ && nghttp2_session_want_write(raw()) != 0; }

  // What SetCall or SubmitRequest said of an open stream; else null. The last one is remembered:
  // most frames are of the stream of the frame before.
  template <class Call>
  Call* CallOf(std::int32_t stream) {
    if (stream != last_stream_ || last_call_ == nullptr) {
      last_stream_ = stream;
      last_call_ = nghttp2_session_get_stream_user_data(raw(), stream);
    }
    return static_cast<Call*>(last_call_);
  }
  void SetCall(std::int32_t stream, void* call) {
    nghttp2_session_set_stream_user_data(raw(), stream, call);
    last_stream_ = stream;
    last_call_ = call;
  }

  // A stream's body comes from Events, by `call`.
  std::int32_t SubmitRequest(std::span<const nghttp2_nv> fields, void* call);
  void SubmitResponse(std::int32_t stream, std::span<const nghttp2_nv> fields, void* call);
  void SubmitResponseAlone(std::int32_t stream, std::span<const nghttp2_nv> fields);
  void SubmitTrailers(std::int32_t stream, std::span<const nghttp2_nv> fields);
  void ResumeBody(std::int32_t stream) {
    Do([&] { return nghttp2_session_resume_data(raw(), stream); });
  }

  void Reset(std::int32_t stream, std::uint32_t error_code) {
    Do([&] { return nghttp2_submit_rst_stream(raw(), NGHTTP2_FLAG_NONE, stream, error_code); });
  }
  void Ping() {
    Do([&] { return nghttp2_submit_ping(raw(), NGHTTP2_FLAG_NONE, nullptr); });
  }
  // Announces the end: the last stream's number comes later.
  void Notice() {
    Do([&] { return nghttp2_submit_shutdown_notice(raw()); });
  }
  // The last frame but for streams up to the last one that was seen.
  void GoAway(std::uint32_t error_code, std::string_view why);

  bool inside() const { return inside_; }
  nghttp2_session* raw() const { return session_.get(); }

 private:
  struct Glue;
  struct Delete {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  void SubmitSettings(Side side, const H2Limits& limits);
  // Calls the library, unless it is not to be called any more.
  template <class Call>
  auto Do(const Call& call) -> decltype(call()) {
    if (failed_) return NGHTTP2_ERR_NOMEM;
    const std::uint64_t shortages = pool_.shortages();
    const auto result = call();
    abandoned_ = abandoned_ || result == NGHTTP2_ERR_NOMEM;
    failed_ = failed_ || abandoned_ || pool_.shortages() != shortages;
    return result;
  }

  Events& events_;
  bool inside_ = false;  // of Receive or SendFrame
  bool failed_ = false;
  bool abandoned_ = false;   // the library knows, and may free twice: it is left as it is
  OutChain* out_ = nullptr;  // of SendFrame
  std::int32_t last_stream_ = 0;
  void* last_call_ = nullptr;
  H2Memory& pool_;
  nghttp2_mem memory_;
  std::unique_ptr<nghttp2_session, Delete> session_;
};

}  // namespace ringlab
