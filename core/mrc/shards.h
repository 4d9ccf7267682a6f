// Shards: the hit ratio that an LRU cache of any size would have, from a sample of the keys.
//
// SHARDS (C. Waldspurger, N. Park, A. Garthwaite, I. Ahmad, FAST 2015): a key belongs to the sample
// when its hash is small, so all requests for it do. How much else was used between two of them,
// divided by the rate of the sample, is the memory that makes the second one a hit. At fixed size:
// with more keys than it holds the threshold falls, here by an eighth at a time, so that no heap is
// needed. A request counts for 1 / rate of its time, and what the sample has too many or too few
// of is made up for among the hits (SHARDS-adj): hot keys hit at any size.
//
// Memory is what Cache charges: the item as malloc rounds it, and the index, which doubles as it
// grows. Fixed, below 1 MiB for the default. It says nothing of sizes that the sample cannot
// resolve: below a few entries divided by the rate.
//
// Deterministic: the same requests give the same curve. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/mrc/distance_counts.h"
#include "core/mrc/hit_curve.h"
#include "core/mrc/recency_line.h"

namespace ringlab {

struct ShardsOptions {
  std::uint32_t samples_max = 32'768;  // keys; 32 bytes each
  double rate = 1;                     // of the keys, at first: above 0, at most 1
};

class Shards {
 public:
  static constexpr std::uint32_t kSamplesMin = 64;

  explicit Shards(const ShardsOptions& options = {});

  // Whether requests for a key are of interest. `hash` = HashKey(key) here and below.
  bool Samples(std::uint64_t hash) const { return hash <= threshold_; }
  std::uint64_t threshold() const { return threshold_; }
  double rate() const;

  // A request for a key of the sample. `bytes`: what its item is charged; 0: not known, as before,
  // or none. Others are ignored.
  void Get(std::uint64_t hash, std::uint32_t bytes);

  // It was written: used, and no request. It was removed: the next request finds nothing.
  void Set(std::uint64_t hash, std::uint32_t bytes);
  void Remove(std::uint64_t hash);

  // From here on requests count; what was used when is still known.
  void StartCounting();

  // Of `requests` since then, all and not only the sampled ones: the part that a cache would answer
  // that has room for so many entries, or for so many bytes with their index. 0 of no requests.
  double HitRatioOfEntries(std::uint64_t entries, std::uint64_t requests) const;
  double HitRatioOfBytes(std::uint64_t bytes, std::uint64_t requests) const;
  HitCurve Curve(const std::vector<std::uint64_t>& sizes, std::uint64_t requests) const;

  // About how many requests since then were the first for their key, or the first after its
  // removal: no memory makes hits of them.
  double first_requests() const { return first_requests_; }

  // About how many keys were asked for, and what they would take all together, with their index.
  double entries() const;
  std::uint64_t bytes() const;

  std::size_t memory_bytes() const;

 private:
  std::uint32_t& SlotOf(std::uint64_t hash);
  void Use(std::uint64_t hash, std::uint32_t bytes, bool counts);
  void CountDistance(RecencyLine::Place place);
  void PutLast(std::uint32_t sample, std::uint32_t bytes);
  void LowerThreshold();
  void SetThreshold(std::uint64_t threshold);

  std::uint64_t threshold_;
  double weight_;                      // 1 / rate()
  std::uint32_t samples_ = 0;          // in use
  std::vector<std::uint64_t> hashes_;  // of each sample
  std::vector<std::uint32_t> places_;  // on line_; kNowhere: removed
  std::vector<std::uint32_t> index_;   // 1 + a sample, 0: empty; linear probing
  RecencyLine line_;
  DistanceCounts entries_;
  DistanceCounts bytes_;
  double first_requests_ = 0;
};

}  // namespace ringlab
