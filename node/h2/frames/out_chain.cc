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
    if (pieces_.empty() || pieces_.back().owner != nullptr ||
        pieces_.back().copied.size() >= kBlockBytes) {
      pieces_.emplace_back().copied.reserve(kBlockBytes);
    }
    std::string& block = pieces_.back().copied;
    const std::size_t fits = std::min(bytes.size(), kBlockBytes - block.size());
    block.append(bytes.substr(0, fits));
    bytes.remove_prefix(fits);
  }
}

void OutChain::Borrow(std::shared_ptr<const std::string> owner, std::string_view bytes) {
  if (bytes.empty()) return;
  appended_ += bytes.size();
  Piece& piece = pieces_.emplace_back();
  piece.owner = std::move(owner);
  piece.borrowed = bytes;
}

std::size_t OutChain::Gather(std::span<iovec> vectors) const {
  std::size_t filled = 0;
  std::size_t skip = begun_;
  for (const Piece& piece : pieces_) {
    if (filled == vectors.size()) break;
    const std::string_view bytes = piece.bytes().substr(std::exchange(skip, 0));
    if (bytes.empty()) continue;
    // writev reads only; its type is older than const.
    vectors[filled++] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  return filled;
}

void OutChain::Consume(std::size_t bytes) {
  RL_CHECK(bytes <= size());
  consumed_ += bytes;
  begun_ += bytes;
  while (!pieces_.empty() && begun_ >= pieces_.front().bytes().size()) {
    begun_ -= pieces_.front().bytes().size();
    if (pieces_.size() == 1 && pieces_.front().owner == nullptr)
      return pieces_.front().copied.clear();
    pieces_.pop_front();
  }
}

}  // namespace ringlab
