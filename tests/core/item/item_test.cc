#include "core/item/item.h"

#include <catch2/catch.hpp>

#include "core/item/table.h"

namespace ringlab {
namespace {

// A sanitizer puts its own malloc in the place of glibc's.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

TEST_CASE("what an item will be charged is known before it is made") {
  const std::string key(300, 'k');
  for (const std::size_t key_size : {0U, 1U, 5U, 17U, 300U}) {
    for (std::size_t value_size = 0; value_size < 4000; value_size += 7) {
      Item* const item = Item::New(std::string_view(key).substr(0, key_size), 0, value_size);
      const std::size_t charged = item->charged_bytes();
      item->DropReference();
      CAPTURE(key_size, value_size, charged);
      const std::size_t told = Item::ChargeOf(key_size, value_size);
      CHECK(told <= charged);
      CHECK(charged - told <= 16);
    }
  }
}

#endif

TEST_CASE("a timed item is charged for its times") {
  CHECK(Item::ChargeOf(10, 100, true) == Item::ChargeOf(10, 100) + Item::kTimedBytes);
}

TEST_CASE("what a table takes follows from its items") {
  CHECK(ItemTable::BytesFor(0) == ItemTable::kBytesMin);
  CHECK(ItemTable::BytesFor(6) == 8 * 8);  // three quarters full
  CHECK(ItemTable::BytesFor(7) == 16 * 8);
  CHECK(ItemTable::BytesFor(12) == 16 * 8);
  CHECK(ItemTable::BytesFor(13) == 32 * 8);
  CHECK(ItemTable::BytesFor(49'152) == 65'536 * 8);
  CHECK(ItemTable::BytesFor(49'153) == 131'072 * 8);
}

}  // namespace
}  // namespace ringlab
