// RingHash: where a dialect of the point ring puts its nodes and its keys.
//
// Both functions are part of the cluster's contract: nodes that compute one of them differently
// disagree about owners. The functions are fixed and unkeyed, so they are no defence against
// someone who chooses keys to land on one node.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringlab {

struct RingHash {
  std::string_view name;  // the dialect, static storage
  int bits;               // 1 to 64; both functions return values below 2^bits
  std::uint64_t (*point)(std::string_view node, std::uint32_t index);
  std::uint64_t (*key)(std::string_view key);
};

// groupcache's ring (golang/groupcache, consistenthash.go), for clusters mixed with it; it is used
// with 50 replicas there.
//   point i of a node = CRC-32 IEEE of (i in decimal, then the name), key = CRC-32 IEEE of the key.
// CRC is affine, so the points of two names of one length are an XOR-translate of each other: how
// even the ring is depends on the naming scheme and not on chance.
std::uint64_t Crc32PrefixPoint(std::string_view node, std::uint32_t index);
std::uint64_t Crc32PrefixKey(std::string_view key);
inline constexpr RingHash kCrc32PrefixHash{"crc32-prefix", 32, &Crc32PrefixPoint, &Crc32PrefixKey};

// Our default.
//   point i of a node = XXH64(name, seed i + 1), key = XXH64(key, seed 0), for i from 0.
// Seed 0 is for keys alone, so a key that equals a node's name is not that node's point. XXH64
// (Y. Collet) ends in an avalanche of its own: it needs no further finaliser.
std::uint64_t Xx64Point(std::string_view node, std::uint32_t index);
std::uint64_t Xx64Key(std::string_view key);
inline constexpr RingHash kXx64Hash{"xx64", 64, &Xx64Point, &Xx64Key};

}  // namespace ringlab
