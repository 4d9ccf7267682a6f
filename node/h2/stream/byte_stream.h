// ByteStream: bytes both ways over one socket, in the clear or over TLS; who uses it cannot tell.
//
// For one thread; owns its socket, and never blocks. An end, a failure, and what has to be waited
// for are values.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "node/h2/loop/descriptor.h"

namespace ringlab {

// What came of an attempt.
struct Moved {
  enum class Kind : std::uint8_t {
    kDone,        // `bytes` were moved, at least one
    kNeedsRead,   // again when the socket is readable
    kNeedsWrite,  // again when it is writable
    kEnded,       // the other side will send no more
    kFailed,      // the connection is of no use any more; why() tells
  };
  Kind kind = Kind::kDone;
  std::size_t bytes = 0;
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  virtual int socket() const = 0;

  // Until it is kDone, nothing can be read or written: of TLS it is the handshake.
  virtual Moved Open() = 0;

  virtual Moved Read(std::span<char> into) = 0;

  // Whether Read would give more of what the socket has handed over already, so that the socket
  // need not be readable for it.
  virtual bool holds_more() const = 0;

  // What was not taken, when it is less than all, must be offered again from where it stopped.
  virtual Moved Write(std::span<const iovec> from) = 0;

  virtual std::string why() const = 0;
};

std::unique_ptr<ByteStream> PlainStreamOf(Descriptor socket);

}  // namespace ringlab
