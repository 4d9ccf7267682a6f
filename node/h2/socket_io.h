// What both kinds of sockets, a server's and a client's, do alike: how much they read at once, and
// one write of what is to be said.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "node/h2/frames/out_chain.h"
#include "node/h2/stream/byte_stream.h"

namespace ringlab {

// Some 200 requests: other connections of the loop wait no longer than these take.
inline constexpr std::size_t kReadBytes = std::size_t{16} << 10;

// After so many, other connections have their turn.
inline constexpr int kWritesOfTurnMax = 16;

enum class WriteEnd : std::uint8_t { kAll, kBlocked, kFailed };

// Writes what is first in `out`, and drops of it what was taken. kAll: of that, not of `out`.
inline WriteEnd WriteFront(ByteStream& stream, OutChain& out) {
  constexpr std::size_t kPiecesMax = 64;
  std::array<iovec, kPiecesMax> pieces;
  const std::span front = std::span(pieces).first(out.Gather(pieces));
  std::size_t offered = 0;
  for (const iovec& piece : front) offered += piece.iov_len;
  const Moved moved = stream.Write(front);
  if (moved.kind == Moved::Kind::kFailed) return WriteEnd::kFailed;
  out.Consume(moved.bytes);
  return moved.bytes < offered ? WriteEnd::kBlocked : WriteEnd::kAll;
}

}  // namespace ringlab
