// Between gRPC's slice lists and plain bytes.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <string_view>

namespace ringlab {

// The bytes of a received buffer as one view; copies only when they came in several slices. Valid
// as long as this object. A buffer without payload is no bytes.
class ContiguousBytes {
 public:
  explicit ContiguousBytes(const grpc::ByteBuffer& buffer) {
    if (!buffer.Valid() || buffer.TrySingleSlice(&slice_).ok()) return;
    (void)buffer.DumpToSingleSlice(&slice_);  // fails only for a buffer that is not valid
  }

  std::string_view view() const {
    return {reinterpret_cast<const char*>(slice_.begin()), slice_.size()};
  }

 private:
  grpc::Slice slice_;
};

// A buffer to send. Large replies are handed over, small ones copied: that is cheaper.
inline grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  constexpr std::size_t kHandOverBytes = 8192;
  if (bytes.size() < kHandOverBytes) {
    const grpc::Slice slice(bytes.data(), bytes.size());
    return {&slice, 1};
  }
  auto* owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      owned->data(), owned->size(), [](void* text) { delete static_cast<std::string*>(text); },
      owned);
  return {&slice, 1};
}

}  // namespace ringlab
