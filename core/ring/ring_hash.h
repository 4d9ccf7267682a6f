// RingHash: where a dialect of the point ring puts its nodes and its keys.
//
// The functions are part of the cluster's contract: nodes that compute one of them differently
// disagree about owners. They are fixed and unkeyed, so they are no defence against someone who
// chooses keys to land on one node. None allocates; all are safe from any thread. Indices count a
// node's points from 0.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/ring/point_counts.h"

namespace ringlab {

struct RingHash {
  std::string_view name;  // the dialect, static storage
  int bits;               // 1 to 64; point and key return values below 2^bits
  std::uint64_t (*point)(std::string_view node, std::uint32_t index);
  std::uint64_t (*key)(std::string_view key);
  std::vector<std::uint64_t> (*counts)(std::uint32_t replicas,
                                       std::span<const double> weights) = &ProportionalPoints;
};

// groupcache's ring (golang/groupcache, consistenthash.go), for clusters mixed with it; it is used
// with 50 replicas there.
//   point i of a node = CRC-32 IEEE of (i in decimal, then the name), key = CRC-32 IEEE of the key.
// CRC is affine, so the points of two names of one length are an XOR-translate of each other: how
// even the ring is depends on the naming scheme and not on chance.
std::uint64_t Crc32PrefixPoint(std::string_view node, std::uint32_t index);
std::uint64_t Crc32Key(std::string_view key);
inline constexpr RingHash kCrc32PrefixHash{"crc32-prefix", 32, &Crc32PrefixPoint, &Crc32Key};

// The same with the index behind the name, as several of groupcache's descendants have it; its
// evenness depends on the naming scheme in the same way.
std::uint64_t Crc32SuffixPoint(std::string_view node, std::uint32_t index);
inline constexpr RingHash kCrc32SuffixHash{"crc32-suffix", 32, &Crc32SuffixPoint, &Crc32Key};

// The ring of springcache and of mailgun/groupcache; 50 replicas there.
//   point i of a node = FNV-1 64 of the lower-case hex MD5 of (i in decimal, then the name),
//   key = FNV-1 64 of the key.
// FNV-1 mixes its last byte into the low bits only: keys that differ at the end alone, such as
// numbered ones, fall on few arcs.
std::uint64_t Fnv1Md5Point(std::string_view node, std::uint32_t index);
std::uint64_t Fnv1Md5Key(std::string_view key);
inline constexpr RingHash kFnv1Md5Hash{"fnv1-md5", 64, &Fnv1Md5Point, &Fnv1Md5Key};

// Our default.
//   point i of a node = XXH64(name, seed i + 1), key = XXH64(key, seed 0).
// Seed 0 is for keys alone, so a key that equals a node's name is not that node's point. XXH64
// (Y. Collet) ends in an avalanche of its own: it needs no further finaliser.
std::uint64_t Xx64Point(std::string_view node, std::uint32_t index);
std::uint64_t Xx64Key(std::string_view key);
inline constexpr RingHash kXx64Hash{"xx64", 64, &Xx64Point, &Xx64Key};

// Envoy's ring_hash with its default hash (ring_hash_lb.cc).
//   point i of a node = XXH64 of (the name, "_", i in decimal), key = XXH64 of the key; seeds 0.
// A name is the host's address there.
std::uint64_t EnvoyPoint(std::string_view node, std::uint32_t index);
inline constexpr RingHash kEnvoyHash{"envoy", 64, &EnvoyPoint, &Xx64Key, &EnvoyPoints};

// Ketama (R. Jones, 2007; RJ/ketama, ketama.c); 160 replicas there.
//   point i of a node = the little-endian 32 bits i mod 4 of the MD5 of (the name, "-", i / 4 in
//   decimal), key = the first 32 bits of its MD5, likewise.
std::uint64_t KetamaPoint(std::string_view node, std::uint32_t index);
std::uint64_t KetamaKey(std::string_view key);
inline constexpr RingHash kKetamaHash{"ketama", 32, &KetamaPoint, &KetamaKey, &KetamaPoints};

}  // namespace ringlab
