#include "node/h2/frames/message_reader.h"

#include <algorithm>

namespace ringlab {

namespace {

// A buffer that was needed once is not kept for calls that need none.
constexpr std::size_t kKeptBytes = 1024;

// A length is a promise of the peer's: memory is taken as its bytes come.
constexpr std::size_t kReservedBytesMax = std::size_t{64} << 10;

}  // namespace

bool MessageReader::ReadPrefix(std::string_view& bytes) {
  const std::size_t taken = std::min(kPrefixBytes - prefix_bytes_, bytes.size());
  std::copy_n(bytes.begin(), taken, prefix_.begin() + static_cast<std::ptrdiff_t>(prefix_bytes_));
  bytes.remove_prefix(taken);
  prefix_bytes_ += taken;
  if (prefix_bytes_ < kPrefixBytes) return false;
  message_bytes_ = std::size_t{prefix_[1]} << 24 | std::size_t{prefix_[2]} << 16 |
                   std::size_t{prefix_[3]} << 8 | std::size_t{prefix_[4]};
  return true;
}

MessageReader::Step MessageReader::Read(std::string_view& bytes, std::size_t bytes_max) {
  if (complete_) Reset();
  if (prefix_bytes_ < kPrefixBytes) {
    if (!ReadPrefix(bytes)) return Step::kMore;
    if (prefix_[0] > 1) return Step::kBadFlag;
    if (prefix_[0] == 1) return Step::kCompressed;
    if (message_bytes_ > bytes_max) return Step::kTooLarge;
    if (bytes.size() >= message_bytes_) {
      view_ = bytes.substr(0, message_bytes_);
      bytes.remove_prefix(message_bytes_);
      borrowed_ = complete_ = true;
      return Step::kMessage;
    }
    copy_.reserve(std::min(message_bytes_, kReservedBytesMax));
  }
  const std::string_view part = bytes.substr(0, message_bytes_ - copy_.size());
  copy_.append(part);
  bytes.remove_prefix(part.size());
  complete_ = copy_.size() == message_bytes_;
  return complete_ ? Step::kMessage : Step::kMore;
}

void MessageReader::Keep() {
  if (!borrowed_) return;
  copy_.assign(view_);
  borrowed_ = false;
}

void MessageReader::Reset() {
  prefix_bytes_ = 0;
  complete_ = borrowed_ = false;
  if (copy_.capacity() > kKeptBytes) copy_ = std::string();
  copy_.clear();
}

}  // namespace ringlab
