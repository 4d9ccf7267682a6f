#include "core/cache/eviction/frequency_sketch.h"

#include <algorithm>

#include "core/base/hash.h"

namespace ringlab {

namespace {

// Which counter of a row is the key's: five bits, one for the word and four for the nibble.
struct Counter {
  std::size_t word;
  unsigned shift;
};

Counter CounterOf(std::uint64_t mixed, std::size_t row) {
  const auto bits = static_cast<unsigned>(mixed >> (8 * row)) & 31U;
  return {.word = 2 * row + (bits >> 4U), .shift = 4 * (bits & 15U)};
}

}  // namespace

void FrequencySketch::Add(std::uint32_t hash) {
  static_assert(sizeof(Block) == kBytesMin);
  Block& block = blocks_[BlockOf(hash)];
  const std::uint64_t mixed = Mix64(hash);
  for (std::size_t row = 0; row < kRows; ++row) {
    const auto [word, shift] = CounterOf(mixed, row);
    std::uint64_t& counters = block.words[word];
    // No branch: whether a counter is at its limit is hard to predict.
    const std::uint64_t one = (counters >> shift & kCountMax) != kCountMax ? 1 : 0;
    counters += one << shift;
  }
  if (++adds_ == kSamplePerBlock) Fade();
}

unsigned FrequencySketch::Estimate(std::uint32_t hash) const {
  const Block& block = blocks_[BlockOf(hash)];
  const std::uint64_t mixed = Mix64(hash);
  unsigned least = kCountMax;
  for (std::size_t row = 0; row < kRows; ++row) {
    const auto [word, shift] = CounterOf(mixed, row);
    least = std::min(least, static_cast<unsigned>(block.words[word] >> shift) & kCountMax);
  }
  return least;
}

// A key's block is chosen by one more bit of its hash: whichever half that is, the counts are
// there.
void FrequencySketch::Grow() {
  const std::size_t before = blocks_.size();
  blocks_.resize(2 * before);
  std::copy_n(blocks_.begin(), before, blocks_.begin() + static_cast<std::ptrdiff_t>(before));
}

void FrequencySketch::Clear() {
  blocks_ = std::vector<Block>(1);
  hand_ = adds_ = 0;
}

void FrequencySketch::Fade() {
  constexpr std::uint64_t kNibblesHalved = 0x7777'7777'7777'7777ULL;
  adds_ = 0;
  for (std::uint64_t& word : blocks_[hand_].words) word = word >> 1U & kNibblesHalved;
  hand_ = (hand_ + 1) & (blocks_.size() - 1);
}

}  // namespace ringlab
