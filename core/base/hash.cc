#include "core/base/hash.h"

#include <md5.h>
#define XXH_INLINE_ALL  // short keys: the call costs more than the hash
#include <xxhash.h>
#include <zlib.h>

namespace ringlab {
namespace {

const std::uint8_t* BytesOf(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

std::uint64_t HashKey(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }

std::uint64_t HashXx64(std::string_view bytes, std::uint64_t seed) {
  return XXH64(bytes.data(), bytes.size(), seed);
}

std::uint64_t HashXx64(std::string_view first, std::string_view second, std::uint64_t seed) {
  XXH64_state_t state;
  XXH64_reset(&state, seed);
  XXH64_update(&state, first.data(), first.size());
  XXH64_update(&state, second.data(), second.size());
  return XXH64_digest(&state);
}

std::uint32_t HashCrc32(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, BytesOf(bytes), bytes.size()));
}

std::uint32_t HashCrc32(std::string_view first, std::string_view second) {
  return static_cast<std::uint32_t>(crc32_z(HashCrc32(first), BytesOf(second), second.size()));
}

Md5Digest HashMd5(std::string_view first, std::string_view second) {
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, BytesOf(first), first.size());
  MD5Update(&context, BytesOf(second), second.size());
  Md5Digest digest;
  MD5Final(digest.data(), &context);
  return digest;
}

std::uint64_t HashFnv1(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char byte : bytes) {
    hash *= 0x100000001b3ULL;
    hash ^= static_cast<std::uint8_t>(byte);
  }
  return hash;
}

}  // namespace ringlab
