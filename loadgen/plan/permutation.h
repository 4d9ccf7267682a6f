// Permutation: a seeded bijection on [0, n) in O(1) memory.
//
// Zipf ranks are scattered over keys with it, so that the popular keys are not neighbours and no
// two ranks share a key (a hash modulo n would merge some, and the law would no longer be Zipf).
// A Feistel network on just enough bits to hold n, in halves that differ by at most one bit, walked
// along its cycle until it falls inside [0, n) (J. Black and P. Rogaway, "Ciphers with arbitrary
// finite domains", CT-RSA 2002): below two steps on average. It mixes well; it is no cipher.
//
// Immutable once built, so threads may share one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ringlab {

class Permutation {
 public:
  static constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 40;

  // n in [1, kMaxSize]; anything else is the caller's bug.
  Permutation(std::uint64_t n, std::uint64_t seed);

  // Where `index` goes; index < n.
  std::uint64_t operator()(std::uint64_t index) const;

  std::uint64_t size() const { return n_; }

 private:
  // Even. Fewer leave a handful of keys visibly uneven: with 6, one rank of n = 5 lands 5 % off.
  static constexpr std::size_t kRounds = 12;

  std::uint64_t Step(std::uint64_t x) const;

  std::uint64_t n_;
  int right_bits_;
  std::uint64_t left_mask_;
  std::uint64_t right_mask_;
  std::array<std::uint64_t, kRounds> round_keys_;
};

}  // namespace ringlab
