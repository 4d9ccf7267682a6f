// OutChain: bytes to be written to a socket, in order: small ones copied together, large ones
// borrowed from whoever keeps them alive.
//
// Gather gives them as iovecs, Consume drops what has been written. Copied bytes share blocks, also
// across what is borrowed between them: the heads of a hundred large bodies cost one block. A chain
// that runs empty keeps one block, so that steady traffic allocates nothing. Not thread-safe.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ringlab {

class OutChain {
 public:
  // Copies.
  void Append(std::string_view bytes);

  // Keeps `owner` until the last byte of `bytes`, which it holds, has been written.
  void Borrow(std::shared_ptr<const std::string> owner, std::string_view bytes);

  // Fills iovecs from the front; returns how many. They are good until the chain changes.
  std::size_t Gather(std::span<iovec> vectors) const;

  // Drops `bytes` from the front; not more than there are.
  void Consume(std::size_t bytes);

  std::size_t size() const { return static_cast<std::size_t>(appended_ - consumed_); }
  bool empty() const { return appended_ == consumed_; }

  // Of all time: where in the stream of bytes a frame ends, and how far writing has come.
  std::uint64_t appended() const { return appended_; }
  std::uint64_t consumed() const { return consumed_; }

 private:
  struct Piece {
    std::string_view bytes;
    std::shared_ptr<const std::string> owner;  // null: in a block
  };
  // Never grows beyond what it reserved, so that views of its bytes stay good.
  struct Block {
    std::string bytes;
    std::size_t pieces = 0;  // that are not written whole
  };

  void DropFront();

  std::deque<Piece> pieces_;
  std::deque<Block> blocks_;  // in the order of their pieces
  std::size_t begun_ = 0;     // bytes of the first piece that are written
  std::uint64_t appended_ = 0;
  std::uint64_t consumed_ = 0;
};

}  // namespace ringlab
