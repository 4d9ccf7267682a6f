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
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ringlab {

class OutChain {
 public:
  // Copies.
  void Append(std::string_view bytes) {
    if (bytes.empty()) return;  // perhaps of no address, which memcpy must not see
    if (open_ == nullptr || bytes.size() > room_) return AppendSlowly(bytes);
    std::memcpy(end_, bytes.data(), bytes.size());
    open_->bytes = {open_->bytes.data(), open_->bytes.size() + bytes.size()};
    Fill(bytes.size());
  }

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
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t pieces = 0;  // that are not written whole
  };

  void AppendSlowly(std::string_view bytes);
  void Fill(std::size_t bytes) {
    end_ += bytes;
    room_ -= bytes;
    appended_ += bytes;
  }
  void DropFront();

  std::deque<Piece> pieces_;
  std::deque<Block> blocks_;  // in the order of their pieces
  char* end_ = nullptr;       // of what is filled of the last block
  std::size_t room_ = 0;      // that is left in it
  Piece* open_ = nullptr;     // the last piece, if it ends at end_
  std::size_t begun_ = 0;     // bytes of the first piece that are written
  std::uint64_t appended_ = 0;
  std::uint64_t consumed_ = 0;
};

}  // namespace ringlab
