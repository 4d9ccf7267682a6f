// FrameWalk: the heads of the frames in a stream of bytes, without a look at what they hold.
//
// libnghttp2 is silent about frames that it ignores, of unknown types or for streams that have
// closed; those who walk beside it can count them. Not thread-safe.
#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ringlab {

class FrameWalk {
 public:
  // `skip`: bytes in front of the first frame.
  explicit FrameWalk(std::size_t skip) : skip_(skip) {}

  // Shows each head that is complete with these bytes, as (type, stream).
  template <class Visit>
  void Walk(std::span<const std::uint8_t> bytes, Visit visit) {
    while (!bytes.empty()) {
      if (skip_ > 0) {
        const std::size_t skipped = std::min(skip_, bytes.size());
        skip_ -= skipped;
        bytes = bytes.subspan(skipped);
        continue;
      }
      const std::size_t taken = std::min(head_.size() - head_bytes_, bytes.size());
      std::memcpy(next_.data() + head_bytes_, bytes.data(), taken);
      head_bytes_ += taken;
      bytes = bytes.subspan(taken);
      if (head_bytes_ < head_.size()) return;
      head_bytes_ = 0;
      head_ = next_;
      skip_ = std::size_t{head_[0]} << 16 | std::size_t{head_[1]} << 8 | head_[2];
      visit(head_[3], static_cast<std::int32_t>((head_[5] & 0x7fU) << 24 | head_[6] << 16 |
                                                head_[7] << 8 | head_[8]));
    }
  }

  // A block of header fields has begun and not ended: more frames of it are to come, or bytes.
  bool in_header_block() const {
    const bool fields = head_[3] == NGHTTP2_HEADERS || head_[3] == NGHTTP2_CONTINUATION;
    return fields && (skip_ > 0 || (head_[4] & NGHTTP2_FLAG_END_HEADERS) == 0);
  }

 private:
  std::size_t skip_;
  std::array<std::uint8_t, 9> head_{};  // of the frame that bytes are of
  std::array<std::uint8_t, 9> next_{};
  std::size_t head_bytes_ = 0;
};

}  // namespace ringlab
