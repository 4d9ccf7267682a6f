// Every policy, in a Store, against the plainest model of itself: up to a million random
// operations each.
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/cache/store.h"
#include "tests/core/cache/eviction/naive_s3fifo.h"
#include "tests/core/cache/eviction/naive_tinylfu.h"
#include "tests/support/thorough.h"

namespace ringlab {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const int kOperations = 40'000;
#else
const int kOperations = Trials(1'000'000, 250'000);
#endif

std::unique_ptr<NaivePolicy> NaiveOf(Policy policy, std::size_t budget) {
  switch (policy) {
    case Policy::kLru: break;
    case Policy::kLfu: return std::make_unique<NaiveLfu>(static_cast<int>(Lfu::CountsFor(budget)));
    case Policy::kSieve: return std::make_unique<NaiveSieve>();
    case Policy::kS3Fifo: return std::make_unique<NaiveS3Fifo>(budget);
    case Policy::kTinyLfu: return std::make_unique<NaiveTinyLfu>(budget);
  }
  return std::make_unique<NaiveLru>();
}

// A Store around a naive policy. It learns an item's charge from the item, and what the index takes
// from its rule of growth.
class NaiveStore {
 public:
  NaiveStore(Policy policy, std::size_t budget)
      : budget_(budget), policy_(NaiveOf(policy, budget)) {}

  bool Find(int key) {
    if (charges_.count(key) == 0) return false;
    policy_->Touch(key);
    return true;
  }

  bool Erase(int key) {
    if (charges_.count(key) == 0) return false;
    Forget(policy_->Remove(key));
    return true;
  }

  // Appends the keys that had to go to `evicted`, in order.
  bool Insert(int key, std::size_t charge, std::uint32_t hash, std::vector<int>& evicted) {
    std::optional<int> note;
    if (charges_.count(key) > 0) {
      const NaiveEntry old = policy_->Remove(key);
      Forget(old);
      note = old.note;
    }
    if (charge + kIndexMin + policy_->bytes_min() > budget_) return false;
    while (!Fits(charge) && !charges_.empty()) {
      const NaiveEntry victim = policy_->Victim();
      Forget(victim);
      evicted.push_back(victim.key);
    }
    if (!Fits(charge)) {
      index_ = kIndexMin;
      policy_->Clear();
    }
    index_ = IndexAfterInsert();
    charges_[key] = charge;
    items_bytes_ += charge;
    policy_->Add({key, charge, hash}, note);
    return true;
  }

  std::size_t used() const { return items_bytes_ + index_ + policy_->bytes(); }
  std::size_t items() const { return charges_.size(); }

 private:
  static constexpr std::size_t kSlot = sizeof(std::uint64_t);
  static constexpr std::size_t kIndexMin = ItemTable::kBytesMin;

  void Forget(const NaiveEntry& entry) {
    items_bytes_ -= entry.charge;
    charges_.erase(entry.key);
  }
  bool Fits(std::size_t charge) const {
    return items_bytes_ + charge + IndexAfterInsert() + policy_->bytes_after_add() <= budget_;
  }
  std::size_t IndexAfterInsert() const {
    return (charges_.size() + 1) * 4 * kSlot > index_ * 3 ? 2 * index_ : index_;
  }

  const std::size_t budget_;
  std::unique_ptr<NaivePolicy> policy_;
  std::map<int, std::size_t> charges_;
  std::size_t items_bytes_ = 0;
  std::size_t index_ = kIndexMin;
};

// The keys of removed items, first removed first; their references are dropped.
std::vector<int> Drain(RemovedItems& removed) {
  std::vector<int> keys;
  while (Item* const item = removed.Pop()) {
    keys.insert(keys.begin(), std::stoi(std::string(item->key())));
    item->DropReference();
  }
  return keys;
}

// One random operation on both, compared. Keys are skewed, as are sizes; now and then comes a
// giant.
bool SameStep(Rng& rng, std::size_t budget, Store& store, NaiveStore& naive) {
  const auto keys = static_cast<double>(budget / 50);
  const int key = static_cast<int>(keys * rng.Uniform() * rng.Uniform());
  const std::string text = std::to_string(key);
  const std::uint64_t hash = HashKey(text);
  const std::uint64_t what = rng.Below(100);
  if (what < 60) return (store.Find(text, hash) != nullptr) == naive.Find(key);
  if (what < 65) {
    RemovedItems removed;
    return store.Erase(text, hash, removed) == naive.Erase(key);
  }
  const std::size_t size = rng.Below(2000) == 0 ? rng.Below(budget + 100) : rng.Below(120);
  Item* const item = Item::New(text, static_cast<std::uint32_t>(hash), size);
  std::vector<int> naive_evicted;
  const bool naive_stored =
      naive.Insert(key, item->charged_bytes(), item->key_hash(), naive_evicted);
  Store::Leaving leaving;
  const bool stored = store.Insert(item, hash, TimePoint{}, leaving);
  if (!stored) item->DropReference();
  return stored == naive_stored && Drain(leaving.evicted) == naive_evicted;
}

TEST_CASE("every policy does what the plainest model of it does", "[long]") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    // Budgets that hold next to nothing, a few items, and some hundred.
    for (const auto& [budget, share] :
         {std::pair<std::size_t, int>{256, 20}, {1000, 20}, {4000, 10}, {20'000, 1}}) {
      CAPTURE(budget);
      Store store(policy, budget);
      NaiveStore naive(policy, budget);
      Rng rng(budget);
      for (int i = 0; i < kOperations / share; ++i) {
        const bool same = SameStep(rng, budget, store, naive) && store.items() == naive.items() &&
                          store.used_bytes() == naive.used() && store.used_bytes() <= budget &&
                          (i % 64 != 0 || store.used_bytes() == store.Recount());
        if (!same)
          FAIL("operation " << i << " of this seed");  // REQUIREs would take most of the time
      }
    }
  }
}

TEST_CASE("what a policy is called") {
  for (const Policy policy : Policies()) REQUIRE(ParsePolicy(PolicyName(policy)) == policy);
  REQUIRE(Policies().size() == 5);
  const auto unknown = ParsePolicy("LRU");
  REQUIRE(unknown.error().code == Code::kInvalidArgument);
  REQUIRE(unknown.error().message ==
          "policy \"LRU\": unknown; accepted: lru, lfu, sieve, s3fifo, tinylfu");
}

}  // namespace
}  // namespace ringlab
