#include "core/item/value.h"

#include <catch2/catch.hpp>
#include <cstdlib>
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
  REQUIRE(item->charged_bytes() >= Item::kOverheadBytes + 3 + 5);
  REQUIRE_FALSE(item->timed());
  REQUIRE(item->expires() == kNever);
  item->DropReference();
}

TEST_CASE("an item that expires keeps its times besides") {
  constexpr TimePoint kStored{std::chrono::hours(1)};
  const Expiry expiry = ExpireAfter(kStored, std::chrono::seconds(5), std::chrono::seconds(2));
  Item* const timed = Item::New("key", 1, 100, kStored, expiry);
  Item* const plain = Item::New("key", 1, 100, kStored);
  REQUIRE(timed->timed());
  REQUIRE(timed->expires() == kStored + std::chrono::seconds(5));
  REQUIRE(timed->stale_until() == kStored + std::chrono::seconds(7));
  REQUIRE(&Item::OfTimer(timed->timer()) == timed);
  REQUIRE(timed->Age(kStored + std::chrono::seconds(3)) == std::chrono::seconds(3));
  REQUIRE(plain->Age(kStored + std::chrono::hours(10'000)) == std::chrono::hours(10'000));
  REQUIRE(timed->key() == "key");
  // What malloc gave is charged: 16 bytes more where what is left of a chunk would be too little.
  constexpr std::size_t kRemainderMax = 16;
  REQUIRE(timed->charged_bytes() + kRemainderMax >= plain->charged_bytes() + Item::kTimedBytes);
  REQUIRE(timed->charged_bytes() <= plain->charged_bytes() + Item::kTimedBytes + kRemainderMax);
  timed->DropReference();
  plain->DropReference();
}

// 0 is the year 1970 and "at once" in reference systems, which then lose what is stored without
// one.
TEST_CASE("a ttl of 0 is none and long ones do not overflow") {
  constexpr TimePoint kNow{std::chrono::hours(1)};
  REQUIRE(ExpireAfter(kNow, Duration::zero(), std::chrono::seconds(1)).never());
  REQUIRE(ExpireAfter(kNow, Duration::max()).never());
  REQUIRE(ExpireAfter(kNow, Duration{1}).expires == kNow + Duration{1});
  REQUIRE(ExpireAfter(kNow, Duration{1}).end() == kNow + Duration{1});
  REQUIRE(ExpireAfter(kNow, Duration{1}, Duration::max()).end() == kNever);
  REQUIRE(Expiry{.expires = kNow, .stale_until = TimePoint{}}.end() == kNow);
}

TEST_CASE("jitter shortens evenly and never to nothing") {
  constexpr Duration kTtl = std::chrono::seconds(100);
  constexpr std::uint64_t kKeys = 10'000;
  std::vector<int> tenths(10);
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    const Duration cut = kTtl - Jittered(kTtl, 0.1, key);
    REQUIRE(cut >= Duration::zero());
    REQUIRE(cut <= kTtl / 10);
    ++tenths[static_cast<std::size_t>(cut * 9.9999 / (kTtl / 10))];
    REQUIRE(Jittered(kTtl, 0, key) == kTtl);
    REQUIRE(Jittered(Duration{1}, 1, key) == Duration{1});
    REQUIRE(Jittered(Duration::zero(), 0.5, key) == Duration::zero());
  }
  // Each tenth has 1000 of them, give or take 5 sigma of 30.
  for (const int count : tenths) REQUIRE(std::abs(count - 1000) < 150);
  REQUIRE(Jittered(kTtl, 0.1, 7) == Jittered(kTtl, 0.1, 7));
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
