// Fields of protobuf's wire format, read by hand
// (https://protobuf.dev/programming-guides/encoding): a field is a tag, which is its number and how
// its value is laid out, and then the value. This is for the messages of a Get; all others are
// protobuf's own to read.
//
// The reader takes exactly what protobuf's parser (3.21) takes, and nothing else: numbers in up to
// ten bytes, tags and sizes in up to five, groups a hundred deep. Views point into the bytes that
// are read. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ringlab {

enum class FieldKind : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kGroupBegin = 3,
  kGroupEnd = 4,
  kFixed32 = 5,
};

constexpr std::uint32_t FieldTag(std::uint32_t number, FieldKind kind) {
  return number << 3 | static_cast<std::uint32_t>(kind);
}

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // The next field; false at the end, or where the bytes are not a message: failed() tells. A field
  // that its reader does not know by its tag has been passed over.
  bool Next() {
    if (at_ == end_ || failed_) return false;
    failed_ = !ReadTag() || !ReadValue(0);
    return !failed_;
  }
  bool failed() const { return failed_; }

  std::uint32_t tag() const { return tag_; }
  std::uint64_t number() const { return number_; }   // of kVarint, kFixed64 and kFixed32
  std::string_view bytes() const { return bytes_; }  // of kBytes

 private:
  static constexpr int kGroupsMax = 100;
  static constexpr int kTagBytesMax = 5;
  static constexpr int kVarintBytesMax = 10;

  // What is beyond 64 bits is dropped.
  bool ReadVarint(int bytes_max, std::uint64_t& number) {
    number = 0;
    for (int i = 0; i < bytes_max && at_ != end_; ++i) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      number |= std::uint64_t{byte & 0x7fU} << (7 * i);
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool ReadTag();
  bool ReadValue(int groups);
  bool ReadFixed(std::size_t size);
  bool ReadBytes();
  bool SkipGroup(int groups);

  const char* at_;
  const char* end_;
  bool failed_ = false;
  std::uint32_t tag_ = 0;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
};

inline bool FieldReader::ReadTag() {
  std::uint64_t tag = 0;
  if (!ReadVarint(kTagBytesMax, tag)) return false;
  tag_ = static_cast<std::uint32_t>(tag);
  return tag_ >> 3 != 0;
}

inline bool FieldReader::ReadValue(int groups) {
  switch (static_cast<FieldKind>(tag_ & 7)) {
    case FieldKind::kVarint: return ReadVarint(kVarintBytesMax, number_);
    case FieldKind::kBytes: return ReadBytes();
    case FieldKind::kFixed64: return ReadFixed(8);
    case FieldKind::kFixed32: return ReadFixed(4);
    case FieldKind::kGroupBegin: return SkipGroup(groups);
    default: return false;
  }
}

inline bool FieldReader::ReadFixed(std::size_t size) {
  if (static_cast<std::size_t>(end_ - at_) < size) return false;
  number_ = 0;
  std::memcpy(&number_, at_, size);
  at_ += size;
  return true;
}

inline bool FieldReader::ReadBytes() {
  std::uint64_t size = 0;
  if (!ReadVarint(kTagBytesMax, size) || size > static_cast<std::size_t>(end_ - at_)) return false;
  bytes_ = {at_, static_cast<std::size_t>(size)};
  at_ += size;
  return true;
}

}  // namespace ringlab
