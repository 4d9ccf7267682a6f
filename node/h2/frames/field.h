// Header fields as libnghttp2 takes them. The bytes are the caller's, and outlive the frame.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlab {

// A header field whose bytes outlive the frame.
inline nghttp2_nv Field(std::string_view name, std::string_view value,
                        std::uint8_t flags = NGHTTP2_NV_FLAG_NONE) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));  // nghttp2 only reads
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          static_cast<std::uint8_t>(flags | NGHTTP2_NV_FLAG_NO_COPY_NAME |
                                    NGHTTP2_NV_FLAG_NO_COPY_VALUE)};
}

// What a field counts for in the size of a header block (RFC 9113, 6.5.2).
inline std::size_t FieldBytes(std::string_view name, std::string_view value) {
  return name.size() + value.size() + 32;
}

// One that changes from call to call, and would only push others out of the peer's table.
inline nghttp2_nv FieldOfItsOwn(std::string_view name, std::string_view value) {
  return Field(name, value, NGHTTP2_NV_FLAG_NO_INDEX);
}

}  // namespace ringlab
