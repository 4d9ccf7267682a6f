// Key hashing: fixed functions with fixed seeds, so that every process and every run agrees.
//
// std::hash is neither fixed nor well mixed. xxHash (Y. Collet) is; Debian packages it. Rings have
// hash functions of their own: those are part of the cluster's contract (core/ring/ring.h). Where a
// function takes two strings, it hashes the first with the second behind it. Nothing here
// allocates.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ringlab {

// XXH3-64 with seed 0. For tables inside one process: cache shards, flights.
std::uint64_t HashKey(std::string_view key);

// XXH64 with a seed: the hash that the xx64 ring places nodes and keys with.
std::uint64_t HashXx64(std::string_view bytes, std::uint64_t seed);
std::uint64_t HashXx64(std::string_view first, std::string_view second, std::uint64_t seed);

// CRC-32 (IEEE 802.3, as in zlib and Go's hash/crc32), the hash of groupcache's ring.
std::uint32_t HashCrc32(std::string_view bytes);
std::uint32_t HashCrc32(std::string_view first, std::string_view second);

// MD5 (RFC 1321), for rings that were defined by it; it protects nothing any more.
using Md5Digest = std::array<std::uint8_t, 16>;
Md5Digest HashMd5(std::string_view first, std::string_view second = {});

// FNV-1, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo). Its last byte is only XORed in, so the high
// bits of keys that differ at the end hardly differ.
std::uint64_t HashFnv1(std::string_view bytes);

// A bijection on 64 bits that spreads every input bit (splitmix64's finaliser, S. Vigna).
constexpr std::uint64_t Mix64(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

}  // namespace ringlab
