#include "core/hash.h"

#define XXH_INLINE_ALL  // short keys: the call costs more than the hash
#include <xxhash.h>
#include <zlib.h>

namespace ringlab {

std::uint64_t HashKey(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }

std::uint64_t HashXx64(std::string_view bytes, std::uint64_t seed) {
  return XXH64(bytes.data(), bytes.size(), seed);
}

std::uint32_t HashCrc32(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace ringlab
