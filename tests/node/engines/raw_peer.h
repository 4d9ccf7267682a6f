// RawPeer: a client that speaks HTTP/2 frame by frame, right or wrong, and tells in words what a
// server answered, stream by stream. Blocks; who waits in vain is told of silence.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cerrno>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tests/node/engines/seen.h"
#include "tests/node/h2/frames.h"
#include "tests/node/http/raw_http.h"

namespace ringlab::differential {

class RawPeer {
 public:
  explicit RawPeer(const std::string& address) : connection_(address) {
    nghttp2_hd_inflate_new(&inflater_);
  }
  ~RawPeer() { nghttp2_hd_inflate_del(inflater_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  void Send(std::string_view bytes) const { connection_.Send(bytes); }

  // Reads until that stream has ended, or the connection.
  void Await(std::uint32_t stream) {
    for (int frame = 0; frame < kFramesMax && !Ended(stream); ++frame) {
      const std::string head = Take(kHead);
      if (closed_ || silent_) return;
      const std::string payload = Take(Number(head, 0, 3));
      if (!closed_ && !silent_) Frame(head, payload);
    }
  }

  const Seen& seen(std::uint32_t stream) { return streams_[stream]; }
  // "lives", "silence", "GOAWAY PROTOCOL_ERROR", or "closed" without a word.
  std::string connection() const {
    return !goaway_.empty() ? goaway_ : closed_ ? "closed" : silent_ ? "silence" : "lives";
  }

 private:
  static constexpr std::size_t kHead = 9;
  static constexpr int kFramesMax = 10'000;

  static std::uint32_t Number(std::string_view bytes, std::size_t from, std::size_t count) {
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(from, count)) {
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }
  static std::string Code(std::uint32_t code) { return nghttp2_http2_strerror(code); }

  bool Ended(std::uint32_t stream) {
    return streams_[stream].ended || !streams_[stream].reset.empty();
  }

  std::string Take(std::size_t size) {
    errno = 0;
    std::string bytes = connection_.ReadExactly(size);
    if (bytes.size() < size) (errno == EAGAIN ? silent_ : closed_) = true;
    return bytes;
  }

  void Frame(const std::string& head, const std::string& payload) {
    Seen& seen = streams_[Number(head, 5, 4)];
    switch (head[3]) {
      case NGHTTP2_HEADERS: Fields(payload, seen); break;
      case NGHTTP2_DATA: seen.body += payload; break;
      case NGHTTP2_RST_STREAM:
        // What only says that the rest is not wanted is none.
        if (!seen.ended) seen.reset = Code(Number(payload, 0, 4));
        return;
      case NGHTTP2_GOAWAY:
        if (Number(payload, 4, 4) != 0) goaway_ = "GOAWAY " + Code(Number(payload, 4, 4));
        return;
      default: return;
    }
    if ((head[4] & frames::kEndStream) != 0) seen.ended = true;
  }

  void Fields(const std::string& block, Seen& seen) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
    std::size_t left = block.size();
    for (int flags = 0; (flags & NGHTTP2_HD_INFLATE_FINAL) == 0;) {
      nghttp2_nv field;
      const ssize_t taken = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
      REQUIRE(taken >= 0);
      at += taken;
      left -= static_cast<std::size_t>(taken);
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0) continue;
      seen.fields[{reinterpret_cast<const char*>(field.name), field.namelen}] = {
          reinterpret_cast<const char*>(field.value), field.valuelen};
    }
    nghttp2_hd_inflate_end_headers(inflater_);
  }

  RawHttp connection_;
  nghttp2_hd_inflater* inflater_ = nullptr;
  std::map<std::uint32_t, Seen> streams_;
  bool closed_ = false;
  bool silent_ = false;  // for longer than anybody waits
  std::string goaway_;
};

}  // namespace ringlab::differential
