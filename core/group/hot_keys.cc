#include "core/group/hot_keys.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/base/stripe.h"

namespace ringlab {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr int kTicksPerHalfLife = 32;  // at least; so counts fade in steps of 2 % or less
constexpr double kWearBase = 1.08;     // as in both papers
constexpr float kWarmCount = 8;        // from here on a cell remembers its key's bytes
constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

std::uint32_t TagOf(std::uint64_t hash) {
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  return tag == 0 ? 1 : tag;
}

}  // namespace

HotKeys::HotKeys(HotKeysOptions options)
    : sample_mask_(options.sample_every - 1),
      buckets_(options.buckets),
      keys_(options.buckets * kCells) {
  static_assert(sizeof(Bucket) == 64, "one cache line a request");
  RL_CHECK(std::has_single_bit(options.buckets) && std::has_single_bit(options.sample_every));
  RL_CHECK(options.half_life.count() >= kTicksPerHalfLife);
  const auto tick_ns = static_cast<std::uint64_t>(options.half_life.count()) / kTicksPerHalfLife;
  tick_shift_ = static_cast<int>(std::bit_width(tick_ns)) - 1;
  const double tick_s = Seconds(Duration(std::int64_t{1} << tick_shift_));
  const double kept = std::exp2(-tick_s / Seconds(options.half_life));
  for (std::size_t i = 0; i < kFadeSteps; ++i) {
    fade_[i] = static_cast<float>(std::pow(kept, static_cast<double>(i)));
  }
  for (std::size_t i = 0; i < kWearSteps; ++i) {
    wear_[i] = static_cast<float>(std::pow(kWearBase, -static_cast<double>(i)));
  }
  // A steady rate r holds the count between r t / (1-f) f and r t / (1-f), t a tick, f what is left
  // after it: the middle is what an observer sees on average.
  qps_of_count_ = options.sample_every * 2 * (1 - kept) / (tick_s * (1 + kept));
}

double HotKeys::Observe(std::string_view key, std::uint64_t hash, TimePoint now) {
  const std::size_t bucket = hash & (buckets_.size() - 1);
  const std::uint64_t draw = Draw();
  const double count =
      (draw & sample_mask_) != 0
          ? Estimate(buckets_[bucket], TagOf(hash), TickOf(now))
          : Count(bucket, key, TagOf(hash), TickOf(now), static_cast<float>(draw >> 40) * 0x1p-24F);
  return count * qps_of_count_ * 60;
}

// 64 random bits, from this thread's stream: Rng would have to be locked, or shared in a cache
// line. Two threads on one stripe may draw the same number, which harms nobody.
std::uint64_t HotKeys::Draw() {
  std::atomic<std::uint64_t>& state = draws_[ThreadStripe(kStripes)].state;
  const std::uint64_t next = state.load(kRelaxed) + kGolden;
  state.store(next, kRelaxed);
  return Mix64(next);
}

// How much of a count is left. Times that cross between threads fade nothing.
float HotKeys::Fade(Tick from, Tick to) const {
  const auto ticks = static_cast<std::int32_t>(to - from);
  if (ticks <= 0) return 1;
  return static_cast<std::size_t>(ticks) < kFadeSteps ? fade_[static_cast<std::size_t>(ticks)] : 0;
}

// Without the lock: a cell that changes hands meanwhile gives one wrong estimate.
double HotKeys::Estimate(const Bucket& bucket, std::uint32_t tag, Tick tick) const {
  for (std::size_t i = 0; i < kCells; ++i) {
    if (bucket.tags[i].load(kRelaxed) != tag) continue;
    return bucket.counts[i].load(kRelaxed) * Fade(bucket.tick.load(kRelaxed), tick);
  }
  return 0;
}

// A sampled request. Returns the key's count, 0 when it got no cell.
double HotKeys::Count(std::size_t at, std::string_view key, std::uint32_t tag, Tick tick,
                      float chance) {
  Bucket& bucket = buckets_[at];
  MutexLock lock(bucket.mutex);
  FadeAll(bucket, tick);
  const std::size_t cell = CellFor(bucket, tag, chance);
  if (cell == kCells) return 0;
  std::string& warm = keys_[at * kCells + cell];
  if (bucket.tags[cell].load(kRelaxed) != tag) {  // it had another key, or none
    bucket.tags[cell].store(tag, kRelaxed);
    bucket.counts[cell].store(0, kRelaxed);
    warm.clear();
  }
  const float count = bucket.counts[cell].load(kRelaxed) + 1;
  bucket.counts[cell].store(count, kRelaxed);
  if (count >= kWarmCount && warm.empty()) warm.assign(key.substr(0, kKeyBytesMax));
  return count;
}

void HotKeys::FadeAll(Bucket& bucket, Tick tick) {
  const float left = Fade(bucket.tick.load(kRelaxed), tick);
  if (left == 1) return;
  bucket.tick.store(tick, kRelaxed);
  for (auto& count : bucket.counts) count.store(count.load(kRelaxed) * left, kRelaxed);
}

// The cell of `tag`: its own, or the smallest if that is worn out; else kCells.
std::size_t HotKeys::CellFor(Bucket& bucket, std::uint32_t tag, float chance) {
  std::size_t smallest = 0;
  float count = bucket.counts[0].load(kRelaxed);
  for (std::size_t i = 0; i < kCells; ++i) {
    if (bucket.tags[i].load(kRelaxed) == tag) return i;
    const float other = bucket.counts[i].load(kRelaxed);
    if (other < count) {
      count = other;
      smallest = i;
    }
  }
  if (count >= 1) {
    const auto step = static_cast<std::size_t>(std::min(count, float{kWearSteps - 1}));
    if (chance >= wear_[step]) return kCells;
    count -= 1;
    bucket.counts[smallest].store(count, kRelaxed);
  }
  return count < 1 ? smallest : kCells;
}

std::vector<HotKey> HotKeys::Top(std::size_t k, TimePoint now) {
  std::vector<HotKey> hot;
  for (std::size_t at = 0; at < buckets_.size(); ++at) {
    Bucket& bucket = buckets_[at];
    MutexLock lock(bucket.mutex);
    FadeAll(bucket, TickOf(now));
    for (std::size_t i = 0; i < kCells; ++i) {
      const float count = bucket.counts[i].load(kRelaxed);
      const std::string& key = keys_[at * kCells + i];
      if (count >= 1 && !key.empty()) hot.push_back({key, count * qps_of_count_});
    }
  }
  std::sort(hot.begin(), hot.end(), [](const HotKey& a, const HotKey& b) {
    return a.qps != b.qps ? a.qps > b.qps : a.key < b.key;
  });
  if (hot.size() > k) hot.resize(k);
  return hot;
}

}  // namespace ringlab
