#include "node/h2/frames/session.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

template <class Thing, int (*New)(Thing**), void (*Del)(Thing*)>
auto Make() {
  Thing* thing = nullptr;
  if (New(&thing) != 0) throw std::bad_alloc();
  return std::unique_ptr<Thing, decltype([](Thing* made) { Del(made); })>(thing);
}

auto OptionsOf(const H2Limits& limits) {
  auto options = Make<nghttp2_option, nghttp2_option_new, nghttp2_option_del>();
  nghttp2_option_set_max_outbound_ack(options.get(), limits.acks_max);
  nghttp2_option_set_max_settings(options.get(), limits.settings_entries_max);
  nghttp2_option_set_stream_reset_rate_limit(options.get(), limits.resets_received.burst,
                                             limits.resets_received.per_second);
  nghttp2_option_set_max_continuations(options.get(), limits.continuations_max);
  nghttp2_option_set_peer_max_concurrent_streams(options.get(), limits.streams_unannounced);
  nghttp2_option_set_no_closed_streams(options.get(), 1);
  // gRPC lets a grpc-message end with a space, and others send it so.
  nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(options.get(), 1);
  return options;
}

// nghttp2 may not be entered twice.
class Inside {
 public:
  explicit Inside(bool& inside) : inside_(inside) {
    RL_CHECK_BECAUSE(!inside_, "a connection was fed or pulled from within itself");
    inside_ = true;
  }
  ~Inside() { inside_ = false; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  bool& inside_;
};

}  // namespace

// The callbacks of the C library, which only pass on. An exception cannot cross the library, so
// they are noexcept: running out of memory ends the process, as everywhere in it.
struct H2Session::Glue {
  static H2Session& Of(void* self) { return *static_cast<H2Session*>(self); }

  static int FrameBegins(nghttp2_session*, const nghttp2_frame_hd* head, void* self) noexcept {
    Of(self).events_.OnFrameBegins(*head);
    return 0;
  }
  static int HeadersBegin(nghttp2_session*, const nghttp2_frame* frame, void* self) noexcept {
    Of(self).events_.OnHeadersBegin(*frame);
    return 0;
  }
  static int Header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_bytes, const std::uint8_t* value, std::size_t value_bytes,
                    std::uint8_t, void* self) noexcept {
    const bool go_on =
        Of(self).events_.OnHeader(*frame, {reinterpret_cast<const char*>(name), name_bytes},
                                  {reinterpret_cast<const char*>(value), value_bytes});
    return go_on ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  static int Data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                  std::size_t bytes, void* self) noexcept {
    Of(self).events_.OnData(stream, {reinterpret_cast<const char*>(data), bytes});
    return 0;
  }
  static int Frame(nghttp2_session*, const nghttp2_frame* frame, void* self) noexcept {
    Of(self).events_.OnFrame(*frame);
    return 0;
  }
  static int FrameSent(nghttp2_session*, const nghttp2_frame* frame, void* self) noexcept {
    Of(self).events_.OnFrameSent(*frame);
    return 0;
  }
  static int StreamClosed(nghttp2_session*, std::int32_t stream, std::uint32_t error_code,
                          void* self) noexcept {
    Of(self).events_.OnStreamClosed(stream, error_code);
    Of(self).last_call_ = nullptr;
    return 0;
  }

  // The next part of a body: copied here, or announced and then lent by SendData.
  static ssize_t ReadBody(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t room,
                          std::uint32_t* flags, nghttp2_data_source* source, void* self) noexcept {
    Events& events = Of(self).events_;
    const Events::Body body = events.OnBodyWanted(source->ptr);
    const std::size_t left = body.bytes.left();
    if (left == 0 && body.more_follows) return NGHTTP2_ERR_DEFERRED;
    const std::size_t bytes = std::min(left, room);
    if (body.bytes.lends()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    } else {
      body.bytes.CopyTo({buffer, bytes});
      events.OnBodyTaken(source->ptr, bytes);
    }
    if (bytes == left && !body.more_follows) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (events.OnBodyEnd(source->ptr)) *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    }
    return static_cast<ssize_t>(bytes);
  }
  static int SendData(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t bytes,
                      nghttp2_data_source* source, void* self) noexcept {
    constexpr std::size_t kFrameHeadBytes = 9;
    H2Session& session = Of(self);
    session.out_->Append({reinterpret_cast<const char*>(head), kFrameHeadBytes});
    session.events_.OnBodyWanted(source->ptr).bytes.LendTo(*session.out_, bytes);
    session.events_.OnBodyTaken(source->ptr, bytes);
    return NGHTTP2_ERR_PAUSE;  // one frame a SendFrame
  }

  static auto Callbacks() {
    auto made = Make<nghttp2_session_callbacks, nghttp2_session_callbacks_new,
                     nghttp2_session_callbacks_del>();
    nghttp2_session_callbacks* const all = made.get();
    nghttp2_session_callbacks_set_on_begin_frame_callback(all, FrameBegins);
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, HeadersBegin);
    nghttp2_session_callbacks_set_on_header_callback(all, Header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, Data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, Frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, FrameSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, StreamClosed);
    nghttp2_session_callbacks_set_send_data_callback(all, SendData);
    return made;
  }
};

H2Session::H2Session(Side side, Events& events, const H2Limits& limits, H2Memory& memory)
    : events_(events), pool_(memory), memory_(memory.interface()) {
  const auto callbacks = Glue::Callbacks();
  const auto options = OptionsOf(limits);
  const auto make =
      side == Side::kServer ? nghttp2_session_server_new3 : nghttp2_session_client_new3;
  nghttp2_session* session = nullptr;
  if (make(&session, callbacks.get(), this, options.get(), &memory_) != 0) throw std::bad_alloc();
  session_.reset(session);
  SubmitSettings(side, limits);
}

void H2Session::SubmitSettings(Side side, const H2Limits& limits) {
  const bool server = side == Side::kServer;
  const std::array settings = {
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.stream_window_bytes},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                             static_cast<std::uint32_t>(limits.header_bytes_max)},
      // With the priorities of RFC 7540 the library remembers closed streams: 270 KB a connection.
      nghttp2_settings_entry{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
      server ? nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams_max}
             : nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  Do([&] {
    return nghttp2_submit_settings(raw(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  });
  Do([&] {
    return nghttp2_session_set_local_window_size(
        raw(), NGHTTP2_FLAG_NONE, 0, static_cast<std::int32_t>(limits.connection_window_bytes));
  });
}

H2Session::~H2Session() {
  RL_CHECK_BECAUSE(!inside_, "a connection was ended from within itself");
  if (abandoned_) (void)session_.release();
}

int H2Session::Receive(std::span<const std::uint8_t> bytes) {
  const Inside guard(inside_);
  const ssize_t taken =
      Do([&] { return nghttp2_session_mem_recv(raw(), bytes.data(), bytes.size()); });
  return taken < 0 ? static_cast<int>(taken) : 0;
}

bool H2Session::SendFrame(OutChain& out) {
  const Inside guard(inside_);
  out_ = &out;
  const std::uint64_t before = out.appended();
  const std::uint8_t* bytes = nullptr;
  const ssize_t size = Do([&] { return nghttp2_session_mem_send(raw(), &bytes); });
  if (size > 0) {
    out.Append({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
  out_ = nullptr;
  return out.appended() != before;
}

std::int32_t H2Session::SubmitRequest(std::span<const nghttp2_nv> fields, void* call) {
  const nghttp2_data_provider body = {.source = {.ptr = call}, .read_callback = Glue::ReadBody};
  last_call_ = call;
  return last_stream_ = Do([&] {
           return nghttp2_submit_request(raw(), nullptr, fields.data(), fields.size(), &body, call);
         });
}

void H2Session::SubmitResponse(std::int32_t stream, std::span<const nghttp2_nv> fields,
                               void* call) {
  const nghttp2_data_provider body = {.source = {.ptr = call}, .read_callback = Glue::ReadBody};
  Do([&] { return nghttp2_submit_response(raw(), stream, fields.data(), fields.size(), &body); });
}

void H2Session::SubmitResponseAlone(std::int32_t stream, std::span<const nghttp2_nv> fields) {
  Do([&] { return nghttp2_submit_response(raw(), stream, fields.data(), fields.size(), nullptr); });
}

void H2Session::SubmitTrailers(std::int32_t stream, std::span<const nghttp2_nv> fields) {
  Do([&] { return nghttp2_submit_trailer(raw(), stream, fields.data(), fields.size()); });
}

void H2Session::GoAway(std::uint32_t error_code, std::string_view why) {
  Do([&] {
    return nghttp2_submit_goaway(raw(), NGHTTP2_FLAG_NONE,
                                 nghttp2_session_get_last_proc_stream_id(raw()), error_code,
                                 reinterpret_cast<const std::uint8_t*>(why.data()), why.size());
  });
}

}  // namespace ringlab
