// Bytes from the wire into a message, whatever they are.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/types.h"

namespace ringlab {

// False when the bytes are not such a message. Protobuf counts in 31 bits.
inline bool ParseMessage(std::string_view bytes, google::protobuf::MessageLite& message) {
  return bytes.size() <= INT32_MAX &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

inline tl::unexpected<Error> NotA(const char* message) {
  return Fail(Code::kInvalidArgument, std::string("the request is not a ") + message + " message");
}

// A level that we do not know is one of a later version's: somebody had it.
inline Level LevelOf(std::uint32_t level) {
  return level < kLevels ? static_cast<Level>(level) : Level::kPeer;
}

}  // namespace ringlab
