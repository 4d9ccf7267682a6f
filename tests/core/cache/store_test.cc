#include "core/cache/store.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/hash.h"

namespace ringlab {
namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};

bool StorePut(Store& store, const std::string& key, std::size_t value_size,
              const Expiry& expiry = {}, TimePoint now = kStart) {
  Item* const item =
      Item::New(key, static_cast<std::uint32_t>(HashKey(key)), value_size, now, expiry);
  std::string(value_size, 'v').copy(item->value_bytes(), value_size);
  Store::Leaving leaving;
  const bool stored = store.Insert(item, HashKey(key), now, leaving);
  if (!stored) item->DropReference();
  REQUIRE(store.used_bytes() == store.Recount());
  REQUIRE(store.used_bytes() <= store.budget_bytes());
  return stored;
}

bool Has(Store& store, const std::string& key) { return store.Find(key, HashKey(key)) != nullptr; }

Expiry In(Duration wait) { return ExpireAfter(kStart, wait); }

TEST_CASE("lru evicts what was used longest ago") {
  Store store(Policy::kLru, 2000);
  for (const char* key : {"a", "b", "c"}) REQUIRE(StorePut(store, key, 400));
  REQUIRE(Has(store, "a"));  // and is now the newest
  REQUIRE(StorePut(store, "d", 800));
  REQUIRE(Has(store, "a"));
  REQUIRE_FALSE(Has(store, "b"));
  REQUIRE(Has(store, "c"));
}

// A find may be settled by the call after it, which must come before the item goes.
TEST_CASE("what was found last may be erased or replaced or evicted next") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    Store store(policy, 3000);
    const auto fill = [&] {
      for (const char* key : {"a", "b", "c"}) REQUIRE(StorePut(store, key, 10));
    };
    fill();
    REQUIRE(Has(store, "a"));
    RemovedItems erased;
    REQUIRE(store.Erase("a", HashKey("a"), erased));
    REQUIRE(store.items() == 2);
    fill();
    REQUIRE(Has(store, "b"));
    REQUIRE(StorePut(store, "b", 20));
    REQUIRE(store.items() == 3);
    REQUIRE(Has(store, "a"));
    // Room for the header, the key, and the leftovers that malloc adds to a block.
    REQUIRE(StorePut(store, "large", store.budget_bytes() - store.fixed_bytes(false) - 96));
    REQUIRE(store.items() == 1);
    REQUIRE(Has(store, "large"));
  }
}

TEST_CASE("the smallest budget stores nothing and breaks nothing") {
  Store store(Policy::kLru, ItemTable::kBytesMin);
  REQUIRE_FALSE(StorePut(store, "k", 0));
  REQUIRE_FALSE(Has(store, "k"));
  REQUIRE(store.used_bytes() == ItemTable::kBytesMin);
}

TEST_CASE("a large entry takes the place of all that grew for many small ones") {
  constexpr std::size_t kBudget = 40'000;
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    Store store(policy, kBudget);
    for (int i = 0; i < 2000; ++i) {
      REQUIRE(StorePut(store, "k" + std::to_string(i), 0,
                       i % 2 == 0 ? In(std::chrono::hours(1)) : Expiry{}));
    }
    REQUIRE(store.items() > 300);
    REQUIRE(StorePut(store, "large", kBudget - store.fixed_bytes(false) - 100));
    REQUIRE(store.items() == 1);
    REQUIRE(store.NextExpiry() == kNever);
  }
}

TEST_CASE("an entry that is too large leaves nothing of its key behind") {
  Store store(Policy::kLru, 1000);
  REQUIRE(StorePut(store, "k", 10));
  REQUIRE(StorePut(store, "other", 10));
  REQUIRE_FALSE(StorePut(store, "k", 5000));
  REQUIRE_FALSE(Has(store, "k"));  // the old value would be stale
  REQUIRE(Has(store, "other"));
}

TEST_CASE("what is due leaves before anything that is not") {
  Store store(Policy::kLru, 8000);
  REQUIRE(StorePut(store, "stays", 100));
  for (int i = 0; store.used_bytes() < 7000; ++i) {
    REQUIRE(StorePut(store, "t" + std::to_string(i), 500, In(std::chrono::seconds(1))));
  }
  const std::size_t before = store.items();
  const TimePoint later = kStart + std::chrono::seconds(2);
  REQUIRE(StorePut(store, "new", 3000, {}, later));
  REQUIRE(Has(store, "stays"));
  REQUIRE(store.items() < before);
}

// A reference system took an expired entry out of its map and not out of its list, and subtracted
// its bytes again when the list's end was evicted.
TEST_CASE("an expired entry leaves index and order and wheel at once") {
  for (const Policy policy : Policies()) {
    CAPTURE(PolicyName(policy));
    Store store(policy, 8000);
    for (int i = 0; i < 20; ++i) {
      REQUIRE(StorePut(store, "k" + std::to_string(i), 100,
                       i % 2 == 0 ? In(std::chrono::seconds(1)) : Expiry{}));
      REQUIRE(Has(store, "k" + std::to_string(i)));
    }
    REQUIRE(store.NextExpiry() > kStart);
    REQUIRE(store.NextExpiry() < kStart + std::chrono::seconds(2));
    RemovedItems expired;
    store.Expire(kStart + std::chrono::seconds(2), 1000, expired);
    REQUIRE(expired.size() == 10);
    REQUIRE(store.items() == 10);
    REQUIRE(store.NextExpiry() == kNever);
    REQUIRE(store.used_bytes() == store.Recount());
    for (int i = 0; i < 200; ++i) REQUIRE(StorePut(store, "x" + std::to_string(i), 100));
  }
}

TEST_CASE("an expiry takes no more steps than it may") {
  Store store(Policy::kLru, 100'000);
  for (int i = 0; i < 300; ++i) {
    REQUIRE(StorePut(store, std::to_string(i), 10, In(std::chrono::seconds(1))));
  }
  const TimePoint later = kStart + std::chrono::seconds(2);
  std::size_t calls = 0;
  for (; store.items() > 0; ++calls) {
    REQUIRE(store.NextExpiry() <= later);
    RemovedItems expired;
    store.Expire(later, 50, expired);
    REQUIRE(expired.size() <= 50);
  }
  REQUIRE(calls >= 6);
  REQUIRE(calls <= 600 / 50 + 1);  // each entry moves down the wheels before it goes
}

TEST_CASE("an item is erased only while it is the one that its key finds") {
  Store store(Policy::kLru, 5000);
  REQUIRE(StorePut(store, "k", 10));
  Item* const first = store.Find("k", HashKey("k"));
  first->AddReference();
  REQUIRE(StorePut(store, "k", 10));
  RemovedItems removed;
  REQUIRE_FALSE(store.Erase(*first, HashKey("k"), removed));
  REQUIRE(store.Erase(*store.Find("k", HashKey("k")), HashKey("k"), removed));
  REQUIRE_FALSE(store.Erase(*first, HashKey("k"), removed));
  first->DropReference();
}

}  // namespace
}  // namespace ringlab
