#include "core/base/random.h"

#include <bit>
#include <cmath>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {

__extension__ using Wide = unsigned __int128;

Rng::Rng(std::uint64_t seed) : seed_(seed), state_{} {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;
  for (std::uint64_t& word : state_) word = Mix64(seed += kGolden);
}

Rng Rng::Split(std::string_view purpose) const { return Rng(HashXx64(purpose, seed_)); }

std::uint64_t Rng::Next() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double Rng::UniformPositive() { return static_cast<double>((Next() >> 11) + 1) * 0x1.0p-53; }

std::uint64_t Rng::Below(std::uint64_t bound) {
  RL_CHECK(bound > 0);
  Wide product = static_cast<Wide>(Next()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t threshold = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < threshold) {
      product = static_cast<Wide>(Next()) * bound;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double Rng::Exponential() { return -std::log(UniformPositive()); }

}  // namespace ringlab
