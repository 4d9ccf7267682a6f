// Numbers and texts as bytes that another process reads: little-endian, numbers of 64 bits, doubles
// by their bits, texts with their length in front. Pure; not thread-safe.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ringlab {

class ByteWriter {
 public:
  void Add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>(static_cast<unsigned char>(number >> shift)));
    }
  }
  void AddDouble(double number) { Add(std::bit_cast<std::uint64_t>(number)); }
  void AddText(std::string_view text) {
    Add(text.size());
    bytes_.append(text);
  }

  std::string Take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what a ByteWriter wrote, in its order. After the first thing that is not there everything
// is 0 or "", and IsWhole() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  std::uint64_t Number() {
    const std::string_view bytes = Cut(8);
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
      number = number << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return number;
  }
  double Double() { return std::bit_cast<double>(Number()); }
  std::string_view Text() { return Cut(Number()); }

  // A number of things that follow, each of 8 bytes or more; so nobody reserves memory for what
  // cannot be there.
  std::uint64_t Count() {
    const std::uint64_t count = Number();
    if (count <= left_.size() / 8) return count;
    cut_ = true;
    return 0;
  }

  // All was there, and nothing more.
  bool IsWhole() const { return !cut_ && left_.empty(); }

 private:
  std::string_view Cut(std::uint64_t size) {
    if (cut_ || size > left_.size()) {
      cut_ = true;
      return {};
    }
    const std::string_view bytes = left_.substr(0, size);
    left_.remove_prefix(size);
    return bytes;
  }

  std::string_view left_;
  bool cut_ = false;
};

}  // namespace ringlab
