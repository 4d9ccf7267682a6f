// HTTP/2 frames by hand, for tests: written as bytes, and read back as words.
//
// Header fields are written as literals without the table (RFC 7541, 6.2.2) and without Huffman's
// code, so that a row of a test shows what is sent; libnghttp2's decoder reads what comes back.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringlab::frames {

using Fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::uint8_t kEndStream = NGHTTP2_FLAG_END_STREAM;
inline constexpr std::uint8_t kEndHeaders = NGHTTP2_FLAG_END_HEADERS;

inline std::string Number(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    text += static_cast<char>(value >> shift & 0xff);
  }
  return text;
}

inline std::string Frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                         std::string_view payload) {
  return Number(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
         static_cast<char>(flags) + Number(stream, 4) + std::string(payload);
}

inline std::string Integer(std::size_t value) {  // RFC 7541, 5.1, of 7 bits
  if (value < 127) return std::string(1, static_cast<char>(value));
  std::string text = "\x7f";
  for (value -= 127; value >= 128; value /= 128) text += static_cast<char>(value % 128 + 128);
  return text + static_cast<char>(value);
}

inline std::string Block(const Fields& fields) {
  std::string block;
  for (const auto& [name, value] : fields) {
    block += '\0' + Integer(name.size()) + name + Integer(value.size()) + value;
  }
  return block;
}

inline std::string Headers(std::uint32_t stream, const Fields& fields,
                           std::uint8_t flags = kEndHeaders) {
  return Frame(NGHTTP2_HEADERS, flags, stream, Block(fields));
}
inline std::string Data(std::uint32_t stream, std::string_view bytes,
                        std::uint8_t flags = kEndStream) {
  return Frame(NGHTTP2_DATA, flags, stream, bytes);
}
inline std::string Settings(std::string_view entries = "") {
  return Frame(NGHTTP2_SETTINGS, 0, 0, entries);
}
inline std::string Setting(std::uint16_t name, std::uint32_t value) {
  return Number(name, 2) + Number(value, 4);
}
inline std::string SettingsAck() { return Frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, ""); }
inline std::string Ping(std::uint8_t flags = 0) { return Frame(NGHTTP2_PING, flags, 0, "12345678"); }
inline std::string Reset(std::uint32_t stream, std::uint32_t code) {
  return Frame(NGHTTP2_RST_STREAM, 0, stream, Number(code, 4));
}
inline std::string WindowUpdate(std::uint32_t stream, std::uint32_t more) {
  return Frame(NGHTTP2_WINDOW_UPDATE, 0, stream, Number(more, 4));
}
inline std::string GoAway(std::uint32_t last, std::uint32_t code) {
  return Frame(NGHTTP2_GOAWAY, 0, 0, Number(last, 4) + Number(code, 4));
}

// A gRPC message with its prefix.
inline std::string Message(std::string_view bytes, char flag = 0) {
  return flag + Number(static_cast<std::uint32_t>(bytes.size()), 4) + std::string(bytes);
}

// What a client begins with.
inline std::string Preface() {
  return std::string(NGHTTP2_CLIENT_MAGIC) + Settings() + SettingsAck();
}

inline Fields Request(const std::string& path, Fields more = {}) {
  Fields fields = {{":method", "POST"}, {":scheme", "http"},  {":path", path},
                   {":authority", "n"}, {"te", "trailers"}, {"content-type", "application/grpc"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

// A whole unary call.
inline std::string Call(std::uint32_t stream, const std::string& path, std::string_view message,
                        Fields more = {}) {
  return Headers(stream, Request(path, std::move(more))) + Data(stream, Message(message));
}

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
