// A fuzz input as a play: what a peer sends, in frames or in rubbish, and what happens meanwhile.
//
// Raw bytes would end most connections at their first frame. Here an input is a list of acts, so
// that libFuzzer gets past it: frames with any head, and whole header blocks that are in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/node/h2/frames.h"

namespace ringlab {

class Acts {
 public:
  Acts(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  bool over() const { return left_ == 0; }
  std::uint8_t Byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  std::string Bytes() {
    const std::size_t size = std::min<std::size_t>(Byte(), left_);
    std::string bytes(reinterpret_cast<const char*>(data_), size);
    data_ += size;
    left_ -= size;
    return bytes;
  }
  std::uint32_t Stream() { return 2U * (Byte() % 16) + 1; }

  // The next frame, or part of one, of a peer's; `fields` are those of a good header block.
  std::string Frame(const frames::Fields& fields) {
    switch (Byte() % 5) {
      case 0: return Bytes();
      case 1: {
        const std::uint8_t type = Byte() % 12;
        const std::uint8_t flags = Byte();
        const std::uint32_t stream = Byte() % 32;
        return frames::Frame(type, flags, stream, Bytes());
      }
      case 2: {
        const std::uint32_t stream = Stream();
        return frames::Headers(stream, fields, Byte() % 4 == 0 ? 5 : 4);
      }
      case 3: {
        const std::uint32_t stream = Stream();
        const std::uint8_t flags = Byte() % 2;
        return frames::Data(stream, frames::Message(Bytes()), flags);
      }
      default: {
        const std::uint32_t stream = Stream();
        return frames::Reset(stream, Byte());
      }
    }
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

// Ends the process: the target found something.
inline void Demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace ringlab
