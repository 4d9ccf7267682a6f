// FieldWriter: fields of protobuf's wire format, written by hand as protobuf writes them; for the
// messages of a Get (node/wire/fields.h). Not thread-safe.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "node/wire/fields.h"

namespace ringlab {

// Writes at `at`, where there has to be room: kFieldBytesMax for each field, and its bytes.
class FieldWriter {
 public:
  static constexpr std::size_t kFieldBytesMax = 15;  // a tag and a number

  explicit FieldWriter(char* to) : at_(to) {}

  // As protobuf does, none of them writes a value of 0 or of no bytes: its absence says so.
  void Number(std::uint32_t field, std::uint64_t number) {
    if (number != 0) Present(field, number);
  }
  void Present(std::uint32_t field, std::uint64_t number) {
    Varint(FieldTag(field, FieldKind::kVarint));
    Varint(number);
  }
  void Fixed64(std::uint32_t field, std::uint64_t number) {
    if (number == 0) return;
    Varint(FieldTag(field, FieldKind::kFixed64));
    Copy({reinterpret_cast<const char*>(&number), sizeof number});
  }
  void Bytes(std::uint32_t field, std::string_view bytes) {
    if (bytes.empty()) return;
    Size(field, bytes.size());
    Copy(bytes);
  }
  // What stands before so many bytes.
  void Size(std::uint32_t field, std::size_t size) {
    Varint(FieldTag(field, FieldKind::kBytes));
    Varint(size);
  }

  const char* at() const { return at_; }

 private:
  static_assert(std::endian::native == std::endian::little, "numbers are laid out little-endian");

  void Varint(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) *at_++ = static_cast<char>(number | 0x80);
    *at_++ = static_cast<char>(number);
  }
  void Copy(std::string_view bytes) {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }

  char* at_;
};

}  // namespace ringlab
