// Bytes from the wire into a message, whatever they are.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <string_view>

namespace ringlab {

// False when the bytes are not such a message. Protobuf counts in 31 bits.
inline bool ParseMessage(std::string_view bytes, google::protobuf::MessageLite& message) {
  return bytes.size() <= INT32_MAX &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace ringlab
