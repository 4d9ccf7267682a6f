// Reads the frames of one side of a connection back as words, for tests.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/node/h2/frames.h"

namespace ringlab::frames {

// Reads one side's frames, a line each: "HEADERS 1 end :status=200 …", "DATA 1 end 5:…", "RESET 1
// CANCEL". What belongs to flow and settings is left out.
class Reader {
 public:
  Reader() { nghttp2_hd_inflate_new(&inflater_); }
  ~Reader() { nghttp2_hd_inflate_del(inflater_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::string Read(std::string_view bytes) {
    rest_ += bytes;
    if (std::string_view(rest_).starts_with(NGHTTP2_CLIENT_MAGIC)) {
      rest_.erase(0, NGHTTP2_CLIENT_MAGIC_LEN);
    }
    std::string lines;
    while (rest_.size() >= kHead) {
      const std::size_t size = At(0, 3);
      if (rest_.size() < kHead + size) break;
      lines += Line(rest_.substr(kHead, size));
      rest_.erase(0, kHead + size);
    }
    return lines;
  }

  const std::string& rest() const { return rest_; }

 private:
  static constexpr std::size_t kHead = 9;

  std::size_t At(std::size_t from, std::size_t bytes) const {
    std::size_t value = 0;
    for (std::size_t i = from; i < from + bytes; ++i) {
      value = value << 8 | static_cast<unsigned char>(rest_.at(i));
    }
    return value;
  }

  std::string Line(const std::string& payload) {
    const std::string stream = std::to_string(At(5, 4));
    const std::string end = (rest_[4] & kEndStream) != 0 ? " end" : "";
    switch (rest_[3]) {
      case NGHTTP2_HEADERS: return "HEADERS " + stream + end + FieldsOf(payload) + "\n";
      case NGHTTP2_DATA: return "DATA " + stream + end + " " + payload + "\n";
      case NGHTTP2_RST_STREAM: return "RESET " + stream + " " + CodeAt(kHead) + "\n";
      case NGHTTP2_GOAWAY:
        return "GOAWAY " + std::to_string(At(kHead, 4)) + " " + CodeAt(kHead + 4) + " " +
               payload.substr(8) + "\n";
      case NGHTTP2_PING: return (rest_[4] & NGHTTP2_FLAG_ACK) != 0 ? "PONG\n" : "PING\n";
      default: return "";
    }
  }

  std::string CodeAt(std::size_t from) const {
    return nghttp2_http2_strerror(static_cast<std::uint32_t>(At(from, 4)));
  }

  std::string FieldsOf(const std::string& block) {
    std::string text;
    const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
    std::size_t left = block.size();
    for (int flags = 0; (flags & NGHTTP2_HD_INFLATE_FINAL) == 0;) {
      nghttp2_nv field;
      const ssize_t taken = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
      if (taken < 0) return " (broken header fields)";
      at += taken;
      left -= static_cast<std::size_t>(taken);
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0) continue;
      text += ' ';
      text.append(reinterpret_cast<const char*>(field.name), field.namelen) += '=';
      text.append(reinterpret_cast<const char*>(field.value), field.valuelen);
    }
    nghttp2_hd_inflate_end_headers(inflater_);
    return text;
  }

  nghttp2_hd_inflater* inflater_ = nullptr;
  std::string rest_;
};

}  // namespace ringlab::frames
