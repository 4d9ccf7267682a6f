#include "core/group/layers.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "core/base/sync.h"

namespace ringlab {

// Takes expired entries out: one scheduler task at a time, at the earliest moment that any of the
// caches asks for. Held weakly by its task, which may come after the end.
class Layers::Reaper : public std::enable_shared_from_this<Reaper> {
 public:
  Reaper(Scheduler& scheduler, std::vector<std::shared_ptr<Cache>> caches)
      : scheduler_(scheduler), caches_(std::move(caches)) {}

  // An entry that ends then was stored.
  void Await(TimePoint end) {
    if (end >= armed_at_.load(std::memory_order_relaxed)) return;
    {
      MutexLock lock(mutex_);
      if (end >= armed_at_.load(std::memory_order_relaxed)) return;
      armed_at_.store(end, std::memory_order_relaxed);
    }
    scheduler_.RunAt(end, [self = weak_from_this(), end] {
      if (const auto alive = self.lock()) alive->Reap(end);
    });
  }

 private:
  // Between two reapings at least: entries are few ticks late anyway, and reads do not see them.
  static constexpr Duration kPause = std::chrono::milliseconds(10);

  void Reap(TimePoint armed_for) {
    const TimePoint now = scheduler_.Now();
    {
      MutexLock lock(mutex_);
      if (armed_at_.load(std::memory_order_relaxed) == armed_for) {
        armed_at_.store(kNever, std::memory_order_relaxed);
      }
    }
    TimePoint next = kNever;
    for (const auto& cache : caches_) {
      cache->Expire(now);
      next = std::min(next, cache->NextExpiry());
    }
    if (next != kNever) Await(std::max(next, SaturatingAdd(now, kPause)));
  }

  Scheduler& scheduler_;
  const std::vector<std::shared_ptr<Cache>> caches_;
  Mutex mutex_;
  std::atomic<TimePoint> armed_at_{kNever};
};

namespace {

// A layer's part of the budget; null when it has none.
std::shared_ptr<Cache> LayerOf(std::size_t bytes, Policy policy, std::size_t entry_bytes_wanted,
                               const Scheduler& clock) {
  constexpr std::size_t kOverheadMax = std::size_t{64} << 10;  // of a shard and an entry
  if (bytes < Cache::kBudgetBytesMin) return nullptr;
  CacheOptions options{.budget_bytes = bytes, .policy = policy, .clock = &clock};
  options.shard_bytes_min = std::max(options.shard_bytes_min, entry_bytes_wanted + kOverheadMax);
  return std::make_shared<Cache>(std::move(options));
}

std::size_t PartOf(std::size_t bytes, double share) {
  return static_cast<std::size_t>(static_cast<double>(bytes) * share);
}

void Sum(const CacheStats& more, CacheStats& sum) {
  for (const auto field :
       {&CacheStats::hits, &CacheStats::stale_hits, &CacheStats::misses, &CacheStats::inserts,
        &CacheStats::replaced, &CacheStats::evicted, &CacheStats::erased, &CacheStats::expired,
        &CacheStats::oversize, &CacheStats::superseded, &CacheStats::items, &CacheStats::used_bytes,
        &CacheStats::budget_bytes}) {
    sum.*field += more.*field;
  }
}

}  // namespace

Layers::Layers(const LayersOptions& options, Scheduler& scheduler)
    : options_(options), scheduler_(scheduler) {
  const Split split = SplitOf(options.bytes);
  hot_ = LayerOf(split.hot, Policy::kLru, 0, scheduler);
  negative_ = LayerOf(split.negative, Policy::kLru, 0, scheduler);
  main_ = LayerOf(split.main, options.policy, options.entry_bytes_wanted, scheduler);
  set_bytes_max_.store(main_->entry_bytes_max(/*timed=*/true));
  std::vector<std::shared_ptr<Cache>> caches{main_};
  if (hot_) caches.push_back(hot_);
  if (negative_) caches.push_back(negative_);
  reaper_ = std::make_shared<Reaper>(scheduler, std::move(caches));
}

Layers::~Layers() = default;

// Main has what no other layer is large enough for.
Layers::Split Layers::SplitOf(std::size_t bytes) const {
  const auto part = [&](Duration ttl, double share) -> std::size_t {
    const std::size_t wanted = ttl > Duration::zero() ? PartOf(bytes, share) : 0;
    return wanted < Cache::kBudgetBytesMin ? 0 : wanted;
  };
  const std::size_t hot = part(options_.hot_ttl, options_.hot_share);
  const std::size_t negative = part(options_.negative_ttl, options_.negative_share);
  return {.main = bytes - hot - negative, .hot = hot, .negative = negative};
}

Layers::Split Layers::PresentSplitOf(std::size_t bytes) const {
  Split split = SplitOf(bytes);
  if (!hot_) split.main += std::exchange(split.hot, 0);
  if (!negative_) split.main += std::exchange(split.negative, 0);
  return split;
}

bool Layers::TakesBytes(std::size_t bytes) const {
  const Split split = PresentSplitOf(bytes);
  return main_->TakesBudget(split.main) && (!hot_ || hot_->TakesBudget(split.hot)) &&
         (!negative_ || negative_->TakesBudget(split.negative));
}

bool Layers::SetBytes(std::size_t bytes) {
  if (!TakesBytes(bytes)) return false;
  const Split split = PresentSplitOf(bytes);
  main_->SetBudget(split.main);
  if (hot_) hot_->SetBudget(split.hot);
  if (negative_) negative_->SetBudget(split.negative);
  set_bytes_max_.store(main_->entry_bytes_max(/*timed=*/true));
  return true;
}

std::optional<GetReply> Layers::FindAgain(std::string_view key, std::uint64_t hash) {
  Found found = main_->FindAgain(key, hash);
  if (found && !found.stale()) {
    return GetReply{.value = std::move(found), .level = Level::kCache};
  }
  if (!hot_) return std::nullopt;
  Found copy = hot_->FindAgain(key, hash);
  if (!copy) return std::nullopt;
  return GetReply{.value = std::move(copy), .level = Level::kHot};
}

std::optional<Error> Layers::FindAbsent(std::string_view key, std::uint64_t hash) {
  if (!negative_) return std::nullopt;
  const Found found = negative_->Find(key, hash);
  if (!found) return std::nullopt;
  return Error{Code::kNotFound, std::string(found.view())};
}

void Layers::Keep(const Flight& flight, std::string_view value, Duration ttl) {
  const Expiry expiry = MainExpiry(flight.key_hash(), ttl);
  main_->InsertUnless(flight.superseded(), flight.key(), flight.key_hash(), value, expiry);
  reaper_->Await(expiry.end());
}

void Layers::KeepCopy(const Flight& flight, std::string_view value, Duration copy_ttl) {
  if (!hot_ || copy_ttl <= Duration::zero()) return;
  const Expiry expiry = ExpireAfter(scheduler_.Now(), std::min(copy_ttl, options_.hot_ttl));
  hot_->InsertUnless(flight.superseded(), flight.key(), flight.key_hash(), value, expiry);
  reaper_->Await(expiry.end());
}

void Layers::KeepAbsent(const Flight& flight, const Error& error) {
  if (!negative_) return;
  const Expiry expiry = ExpireAfter(scheduler_.Now(), options_.negative_ttl);
  negative_->InsertUnless(flight.superseded(), flight.key(), flight.key_hash(), error.message,
                          expiry);
  reaper_->Await(expiry.end());
}

void Layers::Set(std::string_view key, std::uint64_t hash, std::string_view value, Duration ttl) {
  const Expiry expiry = MainExpiry(hash, ttl);
  main_->Insert(key, hash, value, expiry);  // or nothing of the key is left, if it is too large
  if (hot_) hot_->Erase(key, hash);
  if (negative_) negative_->Erase(key, hash);
  reaper_->Await(expiry.end());
}

void Layers::Forget(std::string_view key, std::uint64_t hash) {
  main_->Erase(key, hash);
  if (hot_) hot_->Erase(key, hash);
  if (negative_) negative_->Erase(key, hash);
}

bool Layers::ForgetMainIf(std::size_t part, const std::function<bool(std::string_view)>& leaves) {
  main_->EraseIf(part, leaves);
  return part + 1 < main_->parts();
}

Layers::Stats Layers::stats() const {
  Stats stats;
  stats.main = main_->stats();
  if (hot_) stats.hot = hot_->stats();
  if (negative_) stats.negative = negative_->stats();
  for (const CacheStats* layer : {&stats.main, &stats.hot, &stats.negative}) {
    Sum(*layer, stats.all);
  }
  return stats;
}

std::uint64_t Layers::Recount() const {
  return main_->Recount() + (hot_ ? hot_->Recount() : 0) + (negative_ ? negative_->Recount() : 0);
}

// A time to live of 0 is the default; the default of 0 is none. Only entries that expire cost a
// look at the clock.
Expiry Layers::MainExpiry(std::uint64_t hash, Duration ttl) const {
  const Duration lives =
      ttl > Duration::zero() ? ttl : Jittered(options_.ttl, options_.ttl_jitter, hash);
  if (lives == Duration::zero()) return {};
  return ExpireAfter(scheduler_.Now(), lives, options_.stale_for);
}

}  // namespace ringlab
