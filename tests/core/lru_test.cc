#include "core/lru.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/hash.h"

namespace ringlab {
namespace {

Item* NewItem(const std::string& key, std::size_t value_size, char fill = 'v') {
  Item* const item = Item::New(key, static_cast<std::uint32_t>(HashKey(key)), value_size);
  std::string(value_size, fill).copy(item->value_bytes(), value_size);
  return item;
}

// The keys that were removed, last first; their references are dropped.
std::vector<std::string> Drain(RemovedItems& removed) {
  std::vector<std::string> keys;
  while (Item* item = removed.Pop()) {
    keys.emplace_back(item->key());
    item->DropReference();
  }
  return keys;
}

bool Put(Lru& lru, const std::string& key, std::size_t value_size) {
  RemovedItems replaced;
  RemovedItems evicted;
  Item* const item = NewItem(key, value_size);
  const bool stored = lru.Insert(item, HashKey(key), replaced, evicted);
  if (!stored) item->DropReference();
  return stored;
}

bool Has(Lru& lru, const std::string& key) {
  return static_cast<bool>(lru.Find(key, HashKey(key)));
}

// The plainest thing that does what Lru says: a list, newest first, that is searched from end to
// end. It learns an item's charge from the item, and what the index takes from its growth rule.
class Model {
 public:
  explicit Model(std::size_t budget) : budget_(budget) {}

  bool Find(const std::string& key) {
    const auto at = At(key);
    if (at == entries_.end()) return false;
    entries_.splice(entries_.begin(), entries_, at);
    return true;
  }

  bool Erase(const std::string& key) {
    const auto at = At(key);
    if (at == entries_.end()) return false;
    entries_.erase(at);
    return true;
  }

  // Fills `evicted` with the keys that had to go, the oldest first.
  bool Insert(const std::string& key, std::size_t charge, bool& replaced,
              std::vector<std::string>& evicted) {
    replaced = Erase(key);
    if (charge + ItemTable::kBytesMin > budget_) return false;
    while (Items() + charge + IndexAfterInsert() > budget_ && !entries_.empty()) {
      evicted.push_back(entries_.back().first);
      entries_.pop_back();
    }
    if (Items() + charge + IndexAfterInsert() > budget_) slots_ = kSlotsMin;
    slots_ = IndexAfterInsert() / kSlot;
    entries_.emplace_front(key, charge);
    return true;
  }

  std::size_t Used() const { return Items() + slots_ * kSlot; }
  const std::list<std::pair<std::string, std::size_t>>& entries() const { return entries_; }

 private:
  static constexpr std::size_t kSlot = sizeof(std::uint64_t);
  static constexpr std::size_t kSlotsMin = ItemTable::kBytesMin / kSlot;

  std::list<std::pair<std::string, std::size_t>>::iterator At(const std::string& key) {
    auto at = entries_.begin();
    while (at != entries_.end() && at->first != key) ++at;
    return at;
  }
  std::size_t Items() const {
    std::size_t sum = 0;
    for (const auto& [key, charge] : entries_) sum += charge;
    return sum;
  }
  std::size_t IndexAfterInsert() const {
    const bool grow = (entries_.size() + 1) * 4 > slots_ * 3;
    return (grow ? 2 * slots_ : slots_) * kSlot;
  }

  const std::size_t budget_;
  std::size_t slots_ = kSlotsMin;
  std::list<std::pair<std::string, std::size_t>> entries_;
};

// Takes everything out, oldest first, and compares it with the model.
void CheckOrder(Lru& lru, const Model& model) {
  for (auto at = model.entries().rbegin(); at != model.entries().rend(); ++at) {
    const Item* const oldest = lru.Oldest();
    RC_ASSERT(oldest != nullptr);
    RC_ASSERT(oldest->key() == at->first);
    RemovedItems removed;
    RC_ASSERT(lru.Erase(at->first, HashKey(at->first), removed));
  }
  RC_ASSERT(lru.Oldest() == nullptr);
}

struct Step {
  int what;  // 0-3 insert, 4-6 find, 7 erase
  int key;
  std::size_t size;
};

void RunStep(const Step& step, Lru& lru, Model& model) {
  const std::string key = "k" + std::to_string(step.key);
  const std::uint64_t hash = HashKey(key);
  if (step.what >= 7) {
    RemovedItems removed;
    RC_ASSERT(lru.Erase(key, hash, removed) == model.Erase(key));
  } else if (step.what >= 4) {
    const Value found = lru.Find(key, hash);
    RC_ASSERT(static_cast<bool>(found) == model.Find(key));
  } else {
    RemovedItems replaced;
    RemovedItems evicted;
    Item* const item = NewItem(key, step.size, static_cast<char>('a' + step.size % 26));
    bool model_replaced = false;
    std::vector<std::string> model_evicted;
    const bool model_stored =
        model.Insert(key, item->charged_bytes(), model_replaced, model_evicted);
    const bool stored = lru.Insert(item, hash, replaced, evicted);
    RC_ASSERT(stored == model_stored);
    RC_ASSERT(Drain(replaced).size() == (model_replaced ? 1U : 0U));
    const std::vector<std::string> keys = Drain(evicted);
    RC_ASSERT(std::vector<std::string>(keys.rbegin(), keys.rend()) == model_evicted);
    if (!stored) item->DropReference();
  }
  RC_ASSERT(lru.items() == model.entries().size());
  RC_ASSERT(lru.used_bytes() == model.Used());
  RC_ASSERT(lru.used_bytes() == lru.Recount());
  RC_ASSERT(lru.used_bytes() <= lru.budget_bytes());
}

TEST_CASE("Lru does what the plainest model does") {
  REQUIRE(rc::check("Lru against a list that is searched", [] {
    // From budgets that hold nothing at all to ones that hold every key.
    const auto budget = *rc::gen::oneOf(rc::gen::inRange<std::size_t>(64, 400),
                                        rc::gen::inRange<std::size_t>(400, 6000));
    Lru lru(budget);
    Model model(budget);
    const auto steps = *rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
        rc::gen::set(&Step::what, rc::gen::inRange(0, 8)),
        rc::gen::set(&Step::key, rc::gen::inRange(0, 20)),
        rc::gen::set(&Step::size, rc::gen::weightedOneOf<std::size_t>(
                                      {{10, rc::gen::inRange<std::size_t>(0, 100)},
                                       {1, rc::gen::inRange<std::size_t>(100, 8000)}}))));
    for (const Step& step : steps) RunStep(step, lru, model);
    CheckOrder(lru, model);
  }));
}

TEST_CASE("Lru evicts what was used longest ago") {
  Lru lru(2000);
  int n = 0;
  while (lru.Oldest() == nullptr || lru.Oldest()->key() == "k0") {
    REQUIRE(Put(lru, "k" + std::to_string(n++), 50));
  }
  REQUIRE_FALSE(Has(lru, "k0"));
  REQUIRE(Has(lru, "k1"));  // and is now the newest
  REQUIRE(Put(lru, "next", 50));
  REQUIRE(Has(lru, "k1"));
  REQUIRE_FALSE(Has(lru, "k2"));
}

TEST_CASE("the smallest budget stores nothing and breaks nothing") {
  Lru lru(ItemTable::kBytesMin);
  REQUIRE_FALSE(Put(lru, "k", 0));
  REQUIRE_FALSE(Has(lru, "k"));
  REQUIRE(lru.used_bytes() == ItemTable::kBytesMin);
}

TEST_CASE("a large entry takes the place of an index grown for many small ones") {
  constexpr std::size_t kBudget = 40'000;
  Lru lru(kBudget);
  for (int i = 0; i < 2000; ++i) REQUIRE(Put(lru, "k" + std::to_string(i), 0));
  REQUIRE(lru.items() > 400);
  REQUIRE(Put(lru, "large", kBudget - 500));
  REQUIRE(lru.items() == 1);
  REQUIRE(lru.used_bytes() <= kBudget);
  REQUIRE(lru.used_bytes() == lru.Recount());
}

TEST_CASE("an entry that is too large leaves nothing of its key behind") {
  Lru lru(1000);
  REQUIRE(Put(lru, "k", 10));
  REQUIRE(Put(lru, "other", 10));
  REQUIRE_FALSE(Put(lru, "k", 5000));
  REQUIRE_FALSE(Has(lru, "k"));  // the old value would be stale
  REQUIRE(Has(lru, "other"));
}

TEST_CASE("a reader keeps the value that was evicted under it") {
  Lru lru(1000);
  REQUIRE(Put(lru, "k", 10));
  const Value held = lru.Find("k", HashKey("k"));
  for (int i = 0; i < 100; ++i) Put(lru, "x" + std::to_string(i), 100);
  REQUIRE_FALSE(Has(lru, "k"));
  REQUIRE(held.view() == std::string(10, 'v'));
}

// A find is settled by the call after it, which must come before the item goes.
TEST_CASE("what was found last may be erased, replaced or evicted next") {
  Lru lru(2000);
  const auto fill = [&] {
    for (const char* key : {"a", "b", "c"}) REQUIRE(Put(lru, key, 10));
  };
  fill();
  REQUIRE(Has(lru, "a"));
  RemovedItems erased;
  REQUIRE(lru.Erase("a", HashKey("a"), erased));
  REQUIRE(lru.Oldest()->key() == "b");
  fill();
  REQUIRE(Has(lru, "b"));
  REQUIRE(Put(lru, "b", 20));
  REQUIRE(lru.Oldest()->key() == "a");
  fill();
  REQUIRE(Has(lru, "a"));
  REQUIRE(Put(lru, "large", 1850));
  REQUIRE(lru.items() == 1);
  REQUIRE(lru.Oldest()->key() == "large");
  REQUIRE(lru.used_bytes() == lru.Recount());
}

TEST_CASE("a replaced key keeps one entry, the newest") {
  Lru lru(10'000);
  REQUIRE(Put(lru, "k", 10));
  REQUIRE(Put(lru, "other", 10));
  REQUIRE(Put(lru, "k", 20));
  REQUIRE(lru.items() == 2);
  REQUIRE(lru.Find("k", HashKey("k")).size() == 20);
  REQUIRE(lru.Oldest()->key() == "other");
}

}  // namespace
}  // namespace ringlab
