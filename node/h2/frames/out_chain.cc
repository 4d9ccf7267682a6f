#include "node/h2/frames/out_chain.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{16} << 10;  // one TLS record

}  // namespace

// Where there is no piece to go on with, or not enough room.
void OutChain::AppendSlowly(std::string_view bytes) {
  while (!bytes.empty()) {
    if (room_ == 0) {
      // Not zeroed first: that would cost as much as the copying.
      blocks_.push_back({std::unique_ptr<char[]>(new char[kBlockBytes])});
      end_ = blocks_.back().bytes.get();
      room_ = kBlockBytes;
      open_ = nullptr;
    }
    const std::size_t fits = std::min(bytes.size(), room_);
    std::memcpy(end_, bytes.data(), fits);
    if (open_ == nullptr) {
      open_ = &pieces_.emplace_back(Piece{{end_, fits}, nullptr});
      ++blocks_.back().pieces;
    } else {
      open_->bytes = {open_->bytes.data(), open_->bytes.size() + fits};
    }
    Fill(fits);
    bytes.remove_prefix(fits);
  }
}

void OutChain::Borrow(std::shared_ptr<const std::string> owner, std::string_view bytes) {
  if (bytes.empty()) return;
  appended_ += bytes.size();
  pieces_.push_back({bytes, std::move(owner)});
  open_ = nullptr;
}

std::size_t OutChain::Gather(std::span<iovec> vectors) const {
  std::size_t filled = 0;
  std::size_t skip = begun_;
  for (const Piece& piece : pieces_) {
    if (filled == vectors.size()) break;
    const std::string_view bytes = piece.bytes.substr(std::exchange(skip, 0));
    // writev reads only; its type is older than const.
    vectors[filled++] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  return filled;
}

void OutChain::Consume(std::size_t bytes) {
  RL_CHECK(bytes <= size());
  consumed_ += bytes;
  begun_ += bytes;
  while (!pieces_.empty() && begun_ >= pieces_.front().bytes.size()) {
    begun_ -= pieces_.front().bytes.size();
    DropFront();
  }
}

void OutChain::DropFront() {
  const bool copied = pieces_.front().owner == nullptr;
  if (open_ == &pieces_.front()) open_ = nullptr;
  pieces_.pop_front();
  if (!copied) return;
  if (--blocks_.front().pieces > 0) return;
  if (blocks_.size() > 1) return blocks_.pop_front();
  end_ = blocks_.front().bytes.get();
  room_ = kBlockBytes;
}

}  // namespace ringlab
