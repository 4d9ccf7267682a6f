#include "core/group/holders.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/base/check.h"

namespace ringlab {

Holders::Holders(HoldersOptions options)
    : options_(options), forgotten_until_(options.slots, TimePoint::min()) {
  RL_CHECK(options.keys_max >= 1 && std::has_single_bit(options.slots));
}

void Holders::Add(std::uint64_t hash, std::string_view node, TimePoint until) {
  MutexLock lock(mutex_);
  ++counts_.adds;
  Key& key = KeyOf(hash);
  const auto known = std::find_if(key.holders.begin(), key.holders.end(),
                                  [&](const Holder& holder) { return holder.node == node; });
  if (known != key.holders.end()) {
    known->until = std::max(known->until, until);
  } else if (key.holders.size() < options_.holders_max) {
    key.holders.push_back({std::string(node), until});
  } else {
    key.others_until = std::max(key.others_until, until);
  }
}

// The entry of `hash`, now the last added to.
Holders::Key& Holders::KeyOf(std::uint64_t hash) {
  const auto known = by_hash_.find(hash);
  if (known != by_hash_.end()) {
    keys_.splice(keys_.begin(), keys_, known->second);
    return keys_.front();
  }
  if (keys_.size() >= options_.keys_max) ForgetOldest();
  keys_.push_front({hash, {}, TimePoint::min()});
  by_hash_.emplace(hash, keys_.begin());
  ++counts_.keys_added;
  return keys_.front();
}

void Holders::ForgetOldest() {
  const Key& oldest = keys_.back();
  TimePoint& until = SlotOf(oldest.hash);
  until = std::max(until, oldest.others_until);
  for (const Holder& holder : oldest.holders) until = std::max(until, holder.until);
  by_hash_.erase(oldest.hash);
  keys_.pop_back();
  ++counts_.keys_forgotten;
}

TimePoint& Holders::SlotOf(std::uint64_t hash) {
  return forgotten_until_[hash & (options_.slots - 1)];
}

Holders::Taken Holders::Take(std::uint64_t hash, TimePoint now) {
  Taken taken;
  MutexLock lock(mutex_);
  ++counts_.takes;
  taken.everyone = SlotOf(hash) > now;
  const auto known = by_hash_.find(hash);
  if (known != by_hash_.end()) {
    Key& key = *known->second;
    taken.everyone |= key.others_until > now;
    for (Holder& holder : key.holders) {
      if (holder.until > now) taken.names.push_back(std::move(holder.node));
    }
    std::sort(taken.names.begin(), taken.names.end());
    keys_.erase(known->second);
    by_hash_.erase(known);
    ++counts_.keys_taken;
  }
  counts_.named += taken.names.size();
  counts_.everyone += taken.everyone ? 1 : 0;
  return taken;
}

HoldersStats Holders::stats() const {
  MutexLock lock(mutex_);
  HoldersStats stats = counts_;
  stats.keys_held = keys_.size();
  return stats;
}

}  // namespace ringlab
