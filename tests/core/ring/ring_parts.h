// What tests of rings share: names, keys, and how the owners of keys change. Header-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/ring/ring.h"
#include "core/ring/spec.h"

namespace ringlab {

using Names = std::vector<std::string>;
using RingPtr = std::shared_ptr<const Ring>;

// "node-0", "node-1" and so on.
inline Names Numbered(const std::string& prefix, int first, int count) {
  Names names;
  for (int i = 0; i < count; ++i) names.push_back(prefix + std::to_string(first + i));
  return names;
}

// Nodes that only a seed names, so that rings are independent draws.
inline Names RandomNames(Rng& rng, std::size_t count) {
  Names names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("node-" + std::to_string(rng.Next()));
  return names;
}

inline Names RandomKeys(std::uint64_t seed, std::size_t count) {
  Rng rng(seed);
  Names keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back(std::to_string(rng.Next()));
  return keys;
}

inline const std::string& OwnerName(const Ring& ring, std::string_view key) {
  return ring.nodes()[ring.OwnerOf(key)];
}

// The last characters of the owners of key-0 to key-31: a ring's handwriting.
inline std::string OwnersOf32(const Ring& ring) {
  std::string owners;
  for (int i = 0; i < 32; ++i) owners += OwnerName(ring, "key-" + std::to_string(i)).back();
  return owners;
}

// Keys whose owner differs between two rings, and those of them that moved between two nodes that
// are on both.
struct KeyMoves {
  int moved = 0;
  int spurious = 0;
};

inline KeyMoves CompareKeys(const Ring& from, const Ring& to, const Names& keys) {
  KeyMoves moves;
  for (const std::string& key : keys) {
    const std::string& before = OwnerName(from, key);
    const std::string& after = OwnerName(to, key);
    if (before == after) continue;
    moves.moved += 1;
    if (to.IndexOf(before) != kNoNode && from.IndexOf(after) != kNoNode) moves.spurious += 1;
  }
  return moves;
}

// How often each node is the owner of a key.
inline std::vector<double> CountOwners(const Ring& ring, const Names& keys) {
  std::vector<double> counts(ring.nodes().size(), 0);
  for (const std::string& key : keys) counts[ring.OwnerOf(key)] += 1;
  return counts;
}

inline double ChiSquare(const std::vector<double>& counts, const std::vector<double>& shares) {
  double total = 0;
  for (const double count : counts) total += count;
  double chi2 = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * shares[i];
    chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return chi2;
}

}  // namespace ringlab
