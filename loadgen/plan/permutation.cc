#include "loadgen/plan/permutation.h"

#include <algorithm>
#include <bit>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/base/random.h"

namespace ringlab {
namespace {

// Bits that hold every index below n; at least one for each half.
int Width(std::uint64_t n) {
  RL_CHECK(n >= 1 && n <= Permutation::kMaxSize);
  return std::max(2, static_cast<int>(std::bit_width(n - 1)));
}

std::uint64_t Ones(int bits) { return (std::uint64_t{1} << bits) - 1; }

}  // namespace

Permutation::Permutation(std::uint64_t n, std::uint64_t seed)
    : n_(n),
      right_bits_((Width(n) + 1) / 2),
      left_mask_(Ones(Width(n) / 2)),
      right_mask_(Ones(right_bits_)),
      round_keys_{} {
  Rng rng(seed);
  for (std::uint64_t& key : round_keys_) key = rng.Next();
}

std::uint64_t Permutation::Step(std::uint64_t x) const {
  std::uint64_t left = x >> right_bits_;
  std::uint64_t right = x & right_mask_;
  for (std::size_t round = 0; round < kRounds; round += 2) {
    left ^= Mix64(right ^ round_keys_[round]) & left_mask_;
    right ^= Mix64(left ^ round_keys_[round + 1]) & right_mask_;
  }
  return left << right_bits_ | right;
}

std::uint64_t Permutation::operator()(std::uint64_t index) const {
  RL_CHECK(index < n_);
  // The walk ends: the cycle that `index` lies on returns to it, and it is below n.
  std::uint64_t x = Step(index);
  while (x >= n_) x = Step(x);
  return x;
}

}  // namespace ringlab
