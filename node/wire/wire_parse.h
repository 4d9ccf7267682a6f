// Bytes from the wire into a message, whatever they are.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlab {

// False when the bytes are not such a message. Protobuf counts in 31 bits.
inline bool ParseMessage(std::string_view bytes, google::protobuf::MessageLite& message) {
  return bytes.size() <= INT32_MAX &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// A message to fill or to parse into, this thread's, which keeps its memory: making one anew costs
// a small call several allocations. Not for what lives across a callback. What a large value left
// is given back.
template <class Message>
class Scratch {
 public:
  Scratch() : message_(Own()) {}
  ~Scratch() {
    message_.Clear();
    if (largest_ > kBytesKept) Own() = Message();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Message& operator*() { return message_; }
  Message* operator->() { return &message_; }
  void Holds(std::size_t bytes) { largest_ = bytes; }

 private:
  static constexpr std::size_t kBytesKept = std::size_t{64} << 10;

  static Message& Own() {
    thread_local Message message;
    return message;
  }

  Message& message_;
  std::size_t largest_ = 0;
};

}  // namespace ringlab
