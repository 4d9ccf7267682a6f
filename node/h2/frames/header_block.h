// HeaderBlock: the header fields that are coming in: a HEADERS frame and its CONTINUATIONs, which
// nothing may come between.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlab {

class HeaderBlock {
 public:
  // Every frame begins here; those that are not of a block show that the last one has ended.
  void FrameBegins(const nghttp2_frame_hd& head) {
    if (head.type == NGHTTP2_CONTINUATION) return;
    stream_ = head.type == NGHTTP2_HEADERS ? head.stream_id : 0;
    bytes_ = 0;
  }
  void Add(std::string_view name, std::string_view value) {
    constexpr std::size_t kFieldOverhead = 32;  // RFC 9113, 6.5.2
    bytes_ += name.size() + value.size() + kFieldOverhead;
  }
  void End() { stream_ = 0; }
  void StreamCloses(std::int32_t stream) {
    if (stream_ == stream) stream_ = 0;
  }

  bool open() const { return stream_ != 0; }
  std::size_t bytes() const { return bytes_; }  // until the next frame

 private:
  std::int32_t stream_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace ringlab
