#include "core/ring/ring_hash.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "core/base/hash.h"

namespace ringlab {
namespace {

// A number in decimal behind one byte or none: on the stack, because rings have a million points.
class Decimal {
 public:
  explicit Decimal(std::uint32_t number, std::string_view before = "") {
    char* const begin = std::copy(before.begin(), before.end(), text_.data());
    size_ = static_cast<std::size_t>(std::to_chars(begin, text_.data() + text_.size(), number).ptr -
                                     text_.data());
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 11> text_;  // 10 digits
  std::size_t size_;
};

std::uint32_t LittleEndian(const Md5Digest& digest, std::size_t word) {
  std::uint32_t value = 0;
  for (std::size_t byte = 4; byte-- > 0;) value = value << 8 | digest[word * 4 + byte];
  return value;
}

}  // namespace

std::uint64_t Crc32PrefixPoint(std::string_view node, std::uint32_t index) {
  return HashCrc32(Decimal(index).text(), node);
}

std::uint64_t Crc32SuffixPoint(std::string_view node, std::uint32_t index) {
  return HashCrc32(node, Decimal(index).text());
}

std::uint64_t Crc32Key(std::string_view key) { return HashCrc32(key); }

std::uint64_t Fnv1Md5Point(std::string_view node, std::uint32_t index) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 2 * sizeof(Md5Digest)> hex;
  std::size_t at = 0;
  for (const std::uint8_t byte : HashMd5(Decimal(index).text(), node)) {
    hex[at++] = kDigits[byte >> 4];
    hex[at++] = kDigits[byte & 15];
  }
  return HashFnv1({hex.data(), hex.size()});
}

std::uint64_t Fnv1Md5Key(std::string_view key) { return HashFnv1(key); }

std::uint64_t Xx64Point(std::string_view node, std::uint32_t index) {
  return HashXx64(node, std::uint64_t{index} + 1);
}

std::uint64_t Xx64Key(std::string_view key) { return HashXx64(key, 0); }

std::uint64_t EnvoyPoint(std::string_view node, std::uint32_t index) {
  return HashXx64(node, Decimal(index, "_").text(), 0);
}

std::uint64_t KetamaPoint(std::string_view node, std::uint32_t index) {
  return LittleEndian(HashMd5(node, Decimal(index / 4, "-").text()), index % 4);
}

std::uint64_t KetamaKey(std::string_view key) { return LittleEndian(HashMd5(key), 0); }

}  // namespace ringlab
