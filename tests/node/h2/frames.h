// HTTP/2 frames by hand, for tests.
//
// Header fields are literals without the table (RFC 7541, 6.2.2) and without Huffman's
// code, so that a row of a test shows what is sent.
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
inline std::string Ping(std::uint8_t flags = 0) {
  return Frame(NGHTTP2_PING, flags, 0, "12345678");
}
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
  Fields fields = {{":method", "POST"}, {":scheme", "http"}, {":path", path},
                   {":authority", "n"}, {"te", "trailers"},  {"content-type", "application/grpc"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

// A whole unary call.
inline std::string Call(std::uint32_t stream, const std::string& path, std::string_view message,
                        Fields more = {}) {
  return Headers(stream, Request(path, std::move(more))) + Data(stream, Message(message));
}

}  // namespace ringlab::frames
