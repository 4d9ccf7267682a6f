#include "core/item/table.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ringlab {
namespace {

// Hashes that differ in few bits, so that items share home slots (low bits), tags (top 16 bits) or
// even everything.
std::uint64_t ClashingHash(std::uint64_t id, int kind) {
  switch (kind) {
    case 0: return 0;                                    // one home, one tag
    case 1: return id << 48;                             // one home
    case 2: return id;                                   // one tag, neighbouring homes
    case 3: return 0xffff'0000'ffff'ffffULL - (id % 4);  // homes at the end of any table: wraps
    default: return (id % 3) << 48 | (id % 5);           // some of each
  }
}

// The table under test, the model, and the items that both refer to.
class Both {
 public:
  explicit Both(int kind) : kind_(kind) {}
  ~Both() {
    for (const auto& [id, item] : model_) item->DropReference();
  }
  Both(const Both&) = delete;
  Both& operator=(const Both&) = delete;

  void Insert(std::uint64_t id) {
    if (model_.count(id) > 0) return;
    const std::uint64_t hash = ClashingHash(id, kind_);
    const std::size_t promised = table_.bytes_after_insert();
    Item* const item = Item::New(KeyOf(id), static_cast<std::uint32_t>(hash), 0);
    table_.Insert(item, hash);
    model_.emplace(id, item);
    RC_ASSERT(table_.bytes() == promised);
  }

  void Erase(std::uint64_t id) {
    const auto found = model_.find(id);
    if (found == model_.end()) return;
    table_.Erase(found->second);
    found->second->DropReference();
    model_.erase(found);
  }

  void CheckAll(std::uint64_t ids) const {
    RC_ASSERT(table_.size() == model_.size());
    for (std::uint64_t id = 0; id < ids; ++id) {
      const auto found = model_.find(id);
      const Item* const expected = found == model_.end() ? nullptr : found->second;
      RC_ASSERT(table_.Find(KeyOf(id), ClashingHash(id, kind_)) == expected);
    }
  }

 private:
  static std::string KeyOf(std::uint64_t id) { return "key-" + std::to_string(id); }

  const int kind_;
  ItemTable table_;
  std::unordered_map<std::uint64_t, Item*> model_;
};

TEST_CASE("ItemTable does what a map does, however hashes clash") {
  constexpr std::uint64_t kIds = 60;
  REQUIRE(rc::check("ItemTable against std::unordered_map", [] {
    Both both(*rc::gen::inRange(0, 5));
    const auto steps = *rc::gen::container<std::vector<std::pair<bool, std::uint64_t>>>(
        rc::gen::pair(rc::gen::weightedElement<bool>({{3, true}, {2, false}}),
                      rc::gen::inRange<std::uint64_t>(0, kIds)));
    for (const auto& [insert, id] : steps) insert ? both.Insert(id) : both.Erase(id);
    both.CheckAll(kIds);
  }));
}

TEST_CASE("ItemTable holds many and gives them all back") {
  constexpr std::uint64_t kIds = 3000;
  for (int kind = 0; kind <= 4; ++kind) {
    const std::uint64_t ids = kind == 2 ? kIds : kIds / 10;  // the others are quadratic by design
    Both both(kind);
    for (std::uint64_t id = 0; id < ids; ++id) both.Insert(id);
    both.CheckAll(ids);
    for (std::uint64_t id = 0; id < ids; id += 2) both.Erase(id);
    both.CheckAll(ids);
    for (std::uint64_t id = 1; id < ids; id += 2) both.Erase(id);
    both.CheckAll(ids);
  }
}

TEST_CASE("ItemTable shrinks to its smallest when it is empty") {
  ItemTable table;
  REQUIRE(table.bytes() == ItemTable::kBytesMin);
  std::vector<Item*> items;
  for (std::uint32_t i = 0; i < 100; ++i) {
    items.push_back(Item::New("key-" + std::to_string(i), i, 0));
    table.Insert(items.back(), i);
  }
  REQUIRE(table.bytes() > ItemTable::kBytesMin);
  for (Item* item : items) table.Erase(item);
  table.Shrink();
  REQUIRE(table.bytes() == ItemTable::kBytesMin);
  table.Insert(items[7], 7);  // and works on
  REQUIRE(table.Find("key-7", 7) == items[7]);
  for (Item* item : items) item->DropReference();
}

}  // namespace
}  // namespace ringlab
