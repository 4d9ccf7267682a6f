// HotKeys: how often each hot key is asked for now, in a fixed amount of memory.
//
// HeavyGuardian (T. Yang et al., KDD 2018), which is HeavyKeeper (J. Gong et al., ATC 2018) with
// one array: a key's hash picks a bucket of a few cells, each a fingerprint with a count. A key
// that has a cell adds to it. A key that has none wears down the bucket's smallest count C by one
// with probability 1.08^-C, and takes the cell when nothing is left: a flood of cold keys hardly
// touches a hot one. Space-saving (A. Metwally et al., ICDT 2005) would hand each newcomer the
// smallest count, that is, call cold keys warm, and needs all counters in order under one lock;
// here a bucket is one cache line with a lock of its own, and an estimate errs to the low side.
//
// Counts fade: half is left after each half_life. So an estimate is the rate of about the last two
// half-lives, half of a new rate shows after one, and a key that went cold is below 1 % after
// seven. One request in sample_every is counted, by chance; the others only read. Relative noise of
// a key with r requests a second: sqrt(ln 2 * sample_every / (2 * half_life_s * r)), so 4 % at
// 100/s.
//
// Memory: 64 bytes a bucket of 7 cells, and for each cell a string of at most kKeyBytesMax bytes
// once its key looks warm: 75 KiB for the default 256 buckets and short keys, 500 KiB at most.
// Thread-safe. Deterministic for one thread. Time is an argument.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sync.h"
#include "core/base/time.h"

namespace ringlab {

struct HotKeysOptions {
  std::size_t buckets = 256;       // a power of two
  std::uint32_t sample_every = 4;  // a power of two; 1 counts each request
  Duration half_life = std::chrono::seconds(10);
};

struct HotKey {
  std::string key;  // cut to HotKeys::kKeyBytesMax
  double qps;
};

class HotKeys {
 public:
  static constexpr std::size_t kCells = 7;  // a bucket
  static constexpr std::size_t kKeyBytesMax = 250;

  explicit HotKeys(HotKeysOptions options);

  // A request for `key`; `hash` = HashKey(key). Returns the key's rate in requests a minute, 0 when
  // it is not among the hot ones. One request of a cold key can read as 4.2 * sample_every a minute
  // (at a half-life of 10 s): no threshold should be near that.
  double Observe(std::string_view key, std::uint64_t hash, TimePoint now);

  // The hottest keys, at most `k`, hottest first. For reports: O(cells), each bucket locked in
  // turn.
  std::vector<HotKey> Top(std::size_t k, TimePoint now);

 private:
  using Tick = std::uint32_t;  // a time, in units small against the half-life

  struct alignas(64) Bucket {
    Mutex mutex;  // of writers
    std::atomic<Tick> tick{0};
    std::array<std::atomic<std::uint32_t>, kCells> tags{};  // 0 = free
    std::array<std::atomic<float>, kCells> counts{};        // as they were at `tick`
  };

  struct alignas(64) Draws {
    std::atomic<std::uint64_t> state{0};
  };

  static constexpr std::size_t kFadeSteps = 512;
  static constexpr std::size_t kWearSteps = 256;
  static constexpr std::size_t kStripes = 16;

  Tick TickOf(TimePoint now) const {
    return static_cast<Tick>(now.time_since_epoch().count() >> tick_shift_);
  }
  std::uint64_t Draw();
  float Fade(Tick from, Tick to) const;
  double Estimate(const Bucket& bucket, std::uint32_t tag, Tick tick) const;
  double Count(std::size_t bucket, std::string_view key, std::uint32_t tag, Tick tick,
               float chance);
  void FadeAll(Bucket& bucket, Tick tick) RL_REQUIRES(bucket.mutex);
  std::size_t CellFor(Bucket& bucket, std::uint32_t tag, float chance) RL_REQUIRES(bucket.mutex);

  const std::uint64_t sample_mask_;
  int tick_shift_;                        // a tick is 2^tick_shift_ ns
  double qps_of_count_ = 0;               // the rate that keeps a count of 1
  std::array<float, kFadeSteps> fade_{};  // what is left after so many ticks
  std::array<float, kWearSteps> wear_{};  // the chance that a count so large loses one
  std::vector<Bucket> buckets_;
  std::vector<std::string> keys_;  // of the warm cells; guarded by their bucket's mutex
  std::array<Draws, kStripes> draws_{};
};

}  // namespace ringlab
