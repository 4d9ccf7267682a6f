// Rng: seeded randomness whose sequence is part of our contract.
//
// The standard's engines are portable but its distributions are not, so both are ours. The engine
// is xoshiro256++ 1.0 (D. Blackman and S. Vigna, 2019), seeded by splitmix64. One stream per
// purpose: Split("arrivals") derives a stream by name, so that drawing more from one purpose never
// shifts another. Not thread-safe; copy it to replay.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ringlab {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  // A stream of its own, decided by this stream's seed and the name alone (not by its position).
  Rng Split(std::string_view purpose) const;

  // 64 uniform bits.
  std::uint64_t Next();

  // Uniform in [0, 1), a multiple of 2^-53.
  double Uniform();

  // Uniform in (0, 1]: for logarithms.
  double UniformPositive();

  // Uniform in [0, bound), unbiased (D. Lemire, 2019). bound > 0.
  std::uint64_t Below(std::uint64_t bound);

  // Exponential with mean 1.
  double Exponential();

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace ringlab
