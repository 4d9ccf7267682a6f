// FrequencySketch: how often a key was seen lately, about, in a few bits a key.
//
// A count-min sketch (G. Cormode, S. Muthukrishnan, 2005) with four counters of four bits a key,
// all in one cache line (the layout of Caffeine's, B. Manes). A count is never too low, unless cut
// off at 15, and may be too high. Old uses fade: after a sample of kSamplePerBlock adds a line, a
// line's counts have been halved once (the reset of TinyLFU, G. Einziger, R. Friedman, B. Manes,
// 2017, but a line at a time, so that no single add pays for all). Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringlab {

class FrequencySketch {
 public:
  static constexpr unsigned kCountMax = 15;

  // Keys that a line is meant for, and adds in which it is halved once: ten a key.
  static constexpr std::size_t kKeysPerBlock = 8;
  static constexpr std::size_t kSamplePerBlock = 10 * kKeysPerBlock;

  void Add(std::uint32_t hash);
  unsigned Estimate(std::uint32_t hash) const;
  void Prefetch(std::uint32_t hash) const { __builtin_prefetch(&blocks_[BlockOf(hash)], 1); }

  // Doubles it; every estimate stays what it was.
  void Grow();

  // Forgets everything, and is as small as at first.
  void Clear();

  std::size_t bytes() const { return blocks_.size() * sizeof(Block); }
  std::size_t keys_max() const { return blocks_.size() * kKeysPerBlock; }

  static constexpr std::size_t kBytesMin = 64;

 private:
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kWordsPerRow = 2;

  struct alignas(64) Block {
    std::array<std::uint64_t, kRows * kWordsPerRow> words{};
  };

  std::size_t BlockOf(std::uint32_t hash) const { return hash & (blocks_.size() - 1); }
  void Fade();

  std::vector<Block> blocks_{1};  // a power of two
  std::size_t hand_ = 0;          // the next block to be halved
  std::size_t adds_ = 0;          // since the last was
};

}  // namespace ringlab
