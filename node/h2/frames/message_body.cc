#include "node/h2/frames/message_body.h"

#include <algorithm>
#include <cstring>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr std::size_t kCopiedBelow = 512;

std::array<char, 5> PrefixOf(std::size_t bytes) {
  const auto byte = [bytes](int shift) { return static_cast<char>(bytes >> shift & 0xff); };
  return {0, byte(24), byte(16), byte(8), byte(0)};
}

}  // namespace

void MessageBody::Set(std::string message, std::size_t borrow_from_bytes) {
  prefix_ = PrefixOf(message.size());
  prefix_bytes_ = prefix_.size();
  taken_ = 0;
  if (message.size() < borrow_from_bytes) {
    own_ = std::move(message);
  } else {
    lent_ = std::make_shared<const std::string>(std::move(message));
  }
}

void MessageBody::Add(std::string_view message) {
  if (left() == 0) {
    own_.clear();
    taken_ = messages_ = 0;
  }
  const std::array<char, 5> prefix = PrefixOf(message.size());
  own_.append(prefix.data(), prefix.size()).append(message);
  ++messages_;
}

// What of the next `bytes` is prefix; `bytes` becomes what is message.
std::string_view MessageBody::TakePrefix(std::size_t& bytes) {
  RL_CHECK(bytes <= left());
  if (taken_ >= prefix_bytes_) return {};
  const std::string_view prefix(prefix_.data() + taken_, std::min(bytes, prefix_bytes_ - taken_));
  taken_ += prefix.size();
  bytes -= prefix.size();
  return prefix;
}

void MessageBody::CopyTo(std::span<std::uint8_t> out) {
  std::size_t bytes = out.size();
  const std::string_view prefix = TakePrefix(bytes);
  // From char to uint8_t std::copy goes byte by byte.
  if (!prefix.empty()) std::memcpy(out.data(), prefix.data(), prefix.size());
  if (bytes == 0) return;
  std::memcpy(out.data() + prefix.size(), message().data() + (taken_ - prefix_bytes_), bytes);
  taken_ += bytes;
}

void MessageBody::LendTo(OutChain& out, std::size_t bytes) {
  out.Append(TakePrefix(bytes));
  if (bytes == 0) return;
  const std::string_view part = message().substr(taken_ - prefix_bytes_, bytes);
  // The few bytes that a full frame left over are cheaper copied than written on their own.
  if (bytes < kCopiedBelow) {
    out.Append(part);
  } else {
    out.Borrow(lent_, part);
  }
  taken_ += bytes;
}

void MessageBody::Reset() {
  prefix_bytes_ = taken_ = messages_ = 0;
  own_ = std::string();
  lent_.reset();
}

}  // namespace ringlab
