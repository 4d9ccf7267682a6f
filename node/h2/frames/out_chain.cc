#include "node/h2/frames/out_chain.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{16} << 10;  // one TLS record

}  // namespace

void OutChain::Append(std::string_view bytes) {
  appended_ += bytes.size();
  while (!bytes.empty()) {
    if (blocks_.empty() || blocks_.back().bytes.size() >= kBlockBytes) {
      blocks_.emplace_back().bytes.reserve(kBlockBytes);
    }
    Block& block = blocks_.back();
    const std::size_t fits = std::min(bytes.size(), kBlockBytes - block.bytes.size());
    const char* const at = block.bytes.data() + block.bytes.size();
    block.bytes.append(bytes.substr(0, fits));
    bytes.remove_prefix(fits);
    Piece* const last = pieces_.empty() ? nullptr : &pieces_.back();
    if (last != nullptr && last->owner == nullptr &&
        last->bytes.data() + last->bytes.size() == at) {
      last->bytes = {last->bytes.data(), last->bytes.size() + fits};
    } else {
      pieces_.push_back({{at, fits}, nullptr});
      ++block.pieces;
    }
  }
}

void OutChain::Borrow(std::shared_ptr<const std::string> owner, std::string_view bytes) {
  if (bytes.empty()) return;
  appended_ += bytes.size();
  pieces_.push_back({bytes, std::move(owner)});
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
  pieces_.pop_front();
  if (!copied) return;
  if (--blocks_.front().pieces > 0) return;
  if (blocks_.size() > 1) return blocks_.pop_front();
  blocks_.front().bytes.clear();
}

}  // namespace ringlab
