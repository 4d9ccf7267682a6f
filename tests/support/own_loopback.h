// OwnLoopback: an address of 127.0.0.0/8 that is this process's alone, out of its id.
//
// A port of 127.0.0.1 that a node has let go may be another test's, or a connection's, before the
// node is back there. Here it stays free: connections come from 127.0.0.1.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>

namespace ringlab {

inline std::string OwnLoopback() {
  const auto id = static_cast<std::uint32_t>(getpid());  // below 2^22
  return "127." + std::to_string(64 + (id >> 16 & 63)) + '.' + std::to_string(id >> 8 & 255) + '.' +
         std::to_string(id & 255);
}

}  // namespace ringlab
