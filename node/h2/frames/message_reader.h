// MessageReader: gRPC messages out of a stream's bytes: a flag, a length of 32 bits, big-endian,
// and as many bytes (PROTOCOL-HTTP2.md, "Length-Prefixed-Message"), cut in any way.
//
// A message that lies whole in the bytes at hand is not copied; what of it must outlive them is
// kept by Keep. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringlab {

class MessageReader {
 public:
  enum class Step : std::uint8_t {
    kMore,        // all bytes taken, no message is complete
    kMessage,     // message() is one
    kCompressed,  // flag 1: the next bytes are of a compressed message
    kBadFlag,     // a flag that is neither 0 nor 1
    kTooLarge,    // a message longer than bytes_max
  };

  // Takes bytes from the front of `bytes`, up to the end of one message. After one of the last
  // three nothing more can be read.
  Step Read(std::string_view& bytes, std::size_t bytes_max);

  // After kMessage, until the next Read.
  std::string_view message() const { return borrowed_ ? view_ : std::string_view(copy_); }

  // Copies the message if it lies in the bytes that were given to Read.
  void Keep();

  // Bytes of its own that it holds.
  std::size_t held_bytes() const { return copy_.size(); }

  // Between two messages: nothing of a next one has been read.
  bool at_boundary() const { return complete_ || prefix_bytes_ == 0; }

  // The length that the prefix says; of use when kTooLarge.
  std::size_t message_bytes() const { return message_bytes_; }

  void Reset();

 private:
  static constexpr std::size_t kPrefixBytes = 5;

  bool ReadPrefix(std::string_view& bytes);

  std::array<unsigned char, kPrefixBytes> prefix_{};
  std::size_t prefix_bytes_ = 0;  // of the prefix that have come
  std::size_t message_bytes_ = 0;
  bool complete_ = false;
  bool borrowed_ = false;
  std::string_view view_;
  std::string copy_;
};

}  // namespace ringlab
