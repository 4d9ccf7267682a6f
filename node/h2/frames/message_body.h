// MessageBody: what a stream sends: one gRPC message with its prefix, or several as they come.
//
// Small bodies are copied into frames; those of `borrow_from_bytes` on are lent to the OutChain,
// which keeps them until they are written. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "node/h2/frames/out_chain.h"

namespace ringlab {

class MessageBody {
 public:
  // The one message of a unary call.
  void Set(std::string message, std::size_t borrow_from_bytes);

  // One more of a streaming method's.
  void Add(std::string_view message);

  // To be sent once more, from its first byte; or by somebody else.
  void Rewind() { taken_ = 0; }
  std::string TakeBack() { return lent_ != nullptr ? *lent_ : std::move(own_); }

  std::size_t left() const { return prefix_bytes_ + message().size() - taken_; }
  std::size_t messages() const { return messages_; }  // added since it was last empty
  bool lends() const { return lent_ != nullptr; }

  // Takes bytes from the front, not more than are left: copied, or lent.
  void CopyTo(std::span<std::uint8_t> out);
  void LendTo(OutChain& out, std::size_t bytes);

  void Reset();

 private:
  std::string_view message() const { return lent_ != nullptr ? *lent_ : std::string_view(own_); }
  std::string_view TakePrefix(std::size_t& bytes);

  std::array<char, 5> prefix_{};
  std::size_t prefix_bytes_ = 0;  // 5, or 0 when the messages hold their prefixes
  std::size_t taken_ = 0;         // of prefix and message
  std::size_t messages_ = 0;
  std::string own_;
  std::shared_ptr<const std::string> lent_;
};

}  // namespace ringlab
