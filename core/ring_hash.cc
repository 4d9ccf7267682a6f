#include "core/ring_hash.h"

#include <string>

#include "core/hash.h"

namespace ringlab {

std::uint64_t Crc32PrefixPoint(std::string_view node, std::uint32_t index) {
  std::string bytes = std::to_string(index);
  bytes += node;
  return HashCrc32(bytes);
}

std::uint64_t Crc32PrefixKey(std::string_view key) { return HashCrc32(key); }

std::uint64_t Xx64Point(std::string_view node, std::uint32_t index) {
  return HashXx64(node, std::uint64_t{index} + 1);
}

std::uint64_t Xx64Key(std::string_view key) { return HashXx64(key, 0); }

}  // namespace ringlab
