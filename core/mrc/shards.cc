#include "core/mrc/shards.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/item/table.h"

namespace ringlab {

namespace {

constexpr int kHashBits = 64;

// The largest hash that is of the sample.
std::uint64_t ThresholdOf(double rate) {
  const double hashes = std::ldexp(rate, kHashBits);
  if (hashes >= std::ldexp(1.0, kHashBits)) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(std::max(hashes, 2.0)) - 1;
}

double HitRatio(double misses, std::uint64_t requests) {
  if (requests == 0) return 0;
  return std::clamp(1 - misses / static_cast<double>(requests), 0.0, 1.0);
}

}  // namespace

Shards::Shards(const ShardsOptions& options)
    : hashes_(options.samples_max),
      places_(options.samples_max, RecencyLine::kNowhere),
      index_(std::size_t{options.samples_max} + options.samples_max / 2),
      line_(options.samples_max) {
  RL_CHECK(options.samples_max >= kSamplesMin);
  RL_CHECK(options.rate > 0 && options.rate <= 1);
  SetThreshold(ThresholdOf(options.rate));
}

double Shards::rate() const { return std::ldexp(static_cast<double>(threshold_) + 1, -kHashBits); }

void Shards::SetThreshold(std::uint64_t threshold) {
  threshold_ = threshold;
  weight_ = 1 / rate();
}

void Shards::Get(std::uint64_t hash, std::uint32_t bytes) { Use(hash, bytes, /*counts=*/true); }

void Shards::Set(std::uint64_t hash, std::uint32_t bytes) { Use(hash, bytes, /*counts=*/false); }

void Shards::Use(std::uint64_t hash, std::uint32_t bytes, bool counts) {
  if (!Samples(hash)) return;
  if (const std::uint32_t found = SlotOf(hash); found != 0) {
    const std::uint32_t sample = found - 1;
    const RecencyLine::Place place = places_[sample];
    if (place == RecencyLine::kNowhere) {
      if (counts) first_requests_ += weight_;
    } else {
      if (bytes == 0) bytes = line_.bytes_at(place);
      if (counts) CountDistance(place);
      line_.Remove(place);
    }
    return PutLast(sample, bytes);
  }
  if (counts) first_requests_ += weight_;
  while (samples_ == hashes_.size()) LowerThreshold();
  if (!Samples(hash)) return;
  hashes_[samples_] = hash;
  SlotOf(hash) = samples_ + 1;
  PutLast(samples_++, bytes);
}

void Shards::Remove(std::uint64_t hash) {
  if (!Samples(hash)) return;
  const std::uint32_t found = SlotOf(hash);
  if (found == 0 || places_[found - 1] == RecencyLine::kNowhere) return;
  line_.Remove(places_[found - 1]);
  places_[found - 1] = RecencyLine::kNowhere;
}

// What must fit for this request to be a hit: all that was used since, and the entry itself.
void Shards::CountDistance(RecencyLine::Place place) {
  const RecencyLine::Sum since = line_.Since(place);
  const double entries = static_cast<double>(since.members) * weight_ + 1;
  const double bytes = static_cast<double>(since.bytes) * weight_ + line_.bytes_at(place);
  const auto whole_entries = static_cast<std::uint64_t>(entries + 0.5);
  entries_.Add(whole_entries, weight_);
  bytes_.Add(static_cast<std::uint64_t>(bytes + 0.5) + ItemTable::BytesFor(whole_entries), weight_);
}

void Shards::PutLast(std::uint32_t sample, std::uint32_t bytes) {
  if (line_.full()) {
    line_.Compact(
        [this](std::uint32_t member, RecencyLine::Place place) { places_[member] = place; });
  }
  places_[sample] = line_.Append(sample, bytes);
}

// The slot that holds a hash's sample, or the empty one where it would go.
std::uint32_t& Shards::SlotOf(std::uint64_t hash) {
  const std::uint64_t low = hash & 0xffff'ffffU;  // the high bits are below the threshold's
  std::size_t slot = (low * index_.size()) >> 32U;
  while (index_[slot] != 0 && hashes_[index_[slot] - 1] != hash) {
    if (++slot == index_.size()) slot = 0;
  }
  return index_[slot];
}

// Lets go of an eighth of the samples: those with the largest hashes.
void Shards::LowerThreshold() {
  constexpr std::uint64_t kPart = 8;
  SetThreshold(threshold_ - std::max<std::uint64_t>(threshold_ / kPart, 1));
  std::fill(index_.begin(), index_.end(), 0);
  std::uint32_t kept = 0;
  for (std::uint32_t sample = 0; sample < samples_; ++sample) {
    const RecencyLine::Place place = places_[sample];
    if (!Samples(hashes_[sample])) {
      if (place != RecencyLine::kNowhere) line_.Remove(place);
      continue;
    }
    hashes_[kept] = hashes_[sample];
    places_[kept] = place;
    if (place != RecencyLine::kNowhere) line_.Rename(place, kept);
    SlotOf(hashes_[kept]) = kept + 1;
    ++kept;
  }
  samples_ = kept;
}

void Shards::StartCounting() {
  entries_.Clear();
  bytes_.Clear();
  first_requests_ = 0;
}

double Shards::HitRatioOfEntries(std::uint64_t entries, std::uint64_t requests) const {
  return HitRatio(first_requests_ + entries_.Beyond(entries), requests);
}

double Shards::HitRatioOfBytes(std::uint64_t bytes, std::uint64_t requests) const {
  return HitRatio(first_requests_ + bytes_.Beyond(bytes), requests);
}

HitCurve Shards::Curve(const std::vector<std::uint64_t>& sizes, std::uint64_t requests) const {
  HitCurve curve{.bytes = sizes, .hit_ratio = {}};
  for (const std::uint64_t bytes : sizes) {
    curve.hit_ratio.push_back(HitRatioOfBytes(bytes, requests));
  }
  return curve;
}

double Shards::entries() const { return static_cast<double>(line_.total().members) * weight_; }

std::uint64_t Shards::bytes() const {
  return static_cast<std::uint64_t>(static_cast<double>(line_.total().bytes) * weight_) +
         ItemTable::BytesFor(static_cast<std::uint64_t>(entries()));
}

std::size_t Shards::memory_bytes() const {
  return sizeof(*this) + hashes_.size() * sizeof(hashes_[0]) + places_.size() * sizeof(places_[0]) +
         index_.size() * sizeof(index_[0]) + line_.memory_bytes() + entries_.memory_bytes() +
         bytes_.memory_bytes();
}

}  // namespace ringlab
