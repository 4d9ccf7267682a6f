#include "core/value.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ringlab {
namespace {

TEST_CASE("no value differs from a value of no bytes") {
  REQUIRE_FALSE(Value());
  REQUIRE(Value().view().empty());
  const Value empty = Value::Copy("");
  REQUIRE(empty);
  REQUIRE(empty.size() == 0);
}

TEST_CASE("a value keeps any bytes") {
  const std::string bytes("a\0b\xff", 4);
  REQUIRE(Value::Copy(bytes).view() == bytes);
  const Value written = Value::Make(3, [](char* to) { std::string("xyz").copy(to, 3); });
  REQUIRE(written.view() == "xyz");
}

TEST_CASE("copies share their bytes and outlive the first") {
  Value first = Value::Copy("shared");
  const char* const bytes = first.view().data();
  Value second = first;
  first = Value();
  REQUIRE_FALSE(first);
  REQUIRE(second.view().data() == bytes);

  Value third = std::move(second);
  REQUIRE_FALSE(second);  // NOLINT(bugprone-use-after-move): empty by contract
  REQUIRE(third.view() == "shared");

  const Value& itself = third;
  third = itself;
  REQUIRE(third.view() == "shared");
}

TEST_CASE("a reference given away is owned by who adopts it") {
  Value value = Value::Copy("bytes");
  Item* const item = value.Release();
  REQUIRE_FALSE(value);
  const Value shared = Value::Share(item);
  const Value adopted = Value::Adopt(item);
  REQUIRE(adopted.view().data() == shared.view().data());
}

TEST_CASE("an item keeps key, hash and value apart") {
  Item* const item = Item::New("key", 0xdeadbeef, 5);
  std::string("value").copy(item->value_bytes(), 5);
  REQUIRE(item->key() == "key");
  REQUIRE(item->value() == "value");
  REQUIRE(item->key_hash() == 0xdeadbeef);
  REQUIRE(item->charged_bytes() >= sizeof(Item) + 3 + 5);
  item->DropReference();
}

TEST_CASE("threads copy and drop one value") {
  constexpr int kCopies = 20'000;
  const Value value = Value::Copy("counted");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([value] {
      for (int i = 0; i < kCopies; ++i) {
        Value copy = value;
        Value moved = std::move(copy);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(value.view() == "counted");  // under ASan: freed neither early nor never
}

}  // namespace
}  // namespace ringlab
