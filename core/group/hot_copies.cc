// The story of a hot key: its owner offers copies, remembers who took one, and takes them back.
#include <algorithm>
#include <utility>

#include "core/base/hash.h"
#include "core/group/group.h"

namespace ringlab {

// The owner's side: how often peers ask for the key, and whether the one who asks may keep a copy.
std::pair<double, Duration> Group::OfferTo(const GetRequest& request, std::uint64_t hash) {
  if (!hot_keys_) return {};
  const TimePoint now = deps_.scheduler.Now();
  const double minute_qps = hot_keys_->Observe(request.key, hash, now);
  const bool hot = minute_qps >= options_.hot_minute_qps || set_hot_.Has(request.key, hash);
  if (!hot || request.origin.empty()) return {minute_qps, Duration::zero()};
  holders_->Add(hash, request.origin, SaturatingAdd(now, layers_.hot_ttl()));
  counts_.copies_offered.Add();
  return {minute_qps, layers_.hot_ttl()};
}

// The other side: what the owner answered, kept for as long as it says.
void Group::KeepCopy(const GetReply& reply, const Flight& flight) {
  Duration copy_ttl = reply.copy_ttl;
  if (options_.hot_copies == HotCopies::kRandom10) {
    constexpr std::uint64_t kOneIn = 10;
    const bool chosen = replies_.fetch_add(1, std::memory_order_relaxed) % kOneIn == 0;
    copy_ttl = chosen ? layers_.hot_ttl() : Duration::zero();
  }
  if (options_.hot_copies == HotCopies::kOff || copy_ttl <= Duration::zero()) return;
  layers_.KeepCopy(flight, reply.value.view(), copy_ttl);
  counts_.copies_kept.Add();
}

// A write: whoever may hold a copy is told to drop it. Nobody waits for that: until it is done, or
// if it fails, a copy lives for the rest of its hot_ttl.
void Group::Invalidate(std::string_view key, std::uint64_t hash) {
  if (!holders_) return;
  const Holders::Taken taken = holders_->Take(hash, deps_.scheduler.Now());
  if (taken.names.empty() && !taken.everyone) return;
  const auto view = deps_.membership.Snapshot();
  std::vector<std::string> told = taken.everyone ? view->ring->nodes() : taken.names;
  std::erase(told, deps_.membership.self_name());
  if (told.size() > options_.invalidations_max) {
    counts_.invalidations_left_out.Add(told.size() - options_.invalidations_max);
    told.resize(options_.invalidations_max);
  }
  const RemoveRequest drop{.group = options_.name,
                           .key = key,
                           .copies_only = true,
                           .hop = Hop::kPeer,
                           .deadline = SaturatingAdd(deps_.scheduler.Now(), layers_.hot_ttl()),
                           .origin = deps_.membership.self_name(),
                           .ring_fingerprint = view->ring->fingerprint()};
  for (const std::string& node : told) {
    counts_.invalidations.Add();
    deps_.transport.Remove(node, drop, [this](const Result<void>& dropped) {
      if (!dropped) counts_.invalidations_failed.Add();
    });
  }
}

std::vector<HotKey> Group::HotKeysNow(std::size_t k) const {
  return hot_keys_ ? hot_keys_->Top(k, deps_.scheduler.Now()) : std::vector<HotKey>();
}

}  // namespace ringlab
