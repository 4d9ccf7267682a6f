#include "loadgen/measure/version_ledger.h"

#include <catch2/catch.hpp>
#include <optional>

namespace ringlab {
namespace {

using Kind = Judgement::Kind;

constexpr TimePoint At(std::int64_t t) { return TimePoint(Duration(t)); }

// One key's ledger, in times of a nanosecond.
struct Ledger {
  explicit Ledger(const VersionLedgerOptions& options = {}) : ledger(options) {}

  void Set(std::uint64_t version, std::int64_t sent, std::optional<std::int64_t> acknowledged,
           std::uint32_t worker = 0) {
    ledger.Sent({.key = 7, .version = version, .worker = worker, .sent = At(sent)});
    if (acknowledged) ledger.Acknowledged(7, version, At(*acknowledged));
  }
  void Remove(std::uint64_t version, std::int64_t sent, std::optional<std::int64_t> acknowledged) {
    ledger.Sent({.key = 7, .version = version, .is_remove = true, .sent = At(sent)});
    if (acknowledged) ledger.Acknowledged(7, version, At(*acknowledged));
  }
  Judgement Read(std::optional<std::uint64_t> version, std::int64_t sent,
                 std::uint64_t key = 7) const {
    return ledger.Judge({.key = key, .version = version, .worker = 0, .sent = At(sent)});
  }

  VersionLedger ledger;
};

TEST_CASE("of a key that nobody wrote the source's value and none at all are right") {
  const Ledger l;
  REQUIRE(l.Read(0, 5).kind == Kind::kFresh);
  REQUIRE(l.Read(std::nullopt, 5).kind == Kind::kFresh);
  REQUIRE(l.Read(1, 5).kind == Kind::kWrong);
}

TEST_CASE("a reading is stale from the acknowledgement of the next write on") {
  Ledger l;
  l.Set(1, 0, 10);
  l.Set(2, 20, 30);
  REQUIRE(l.Read(1, 29).kind == Kind::kFresh);  // the second was still under way
  const Judgement stale = l.Read(1, 45);
  REQUIRE(stale.kind == Kind::kStale);
  REQUIRE(stale.age == Duration(15));
  REQUIRE(stale.own_write);
  REQUIRE(l.Read(1, 30).kind == Kind::kStale);
  REQUIRE(l.Read(2, 45).kind == Kind::kFresh);
  REQUIRE(l.Read(3, 45).kind == Kind::kWrong);  // not yet written
  l.Set(3, 50, 60, 9);
  REQUIRE(l.Read(1, 70).age == Duration(40));  // since the first write that it missed
  REQUIRE(l.Read(2, 70).age == Duration(10));
  REQUIRE_FALSE(l.Read(2, 70).own_write);
}

TEST_CASE("writes that overlap raise no alarm in either order") {
  Ledger l;
  l.Set(1, 0, 30);
  l.Set(2, 20, 40);
  REQUIRE(l.Read(1, 100).kind == Kind::kFresh);
  REQUIRE(l.Read(2, 100).kind == Kind::kFresh);
  l.Set(3, 40, 50);  // sent when both were over
  REQUIRE(l.Read(1, 100).kind == Kind::kStale);
  REQUIRE(l.Read(2, 100).kind == Kind::kStale);
}

TEST_CASE("a write that failed makes nothing stale and is never stale itself") {
  Ledger l;
  l.Set(1, 0, 10);
  l.Set(2, 20, std::nullopt);
  REQUIRE(l.Read(1, 1000).kind == Kind::kFresh);
  REQUIRE(l.Read(2, 1000).kind == Kind::kFresh);
  l.Set(3, 30, 40);
  REQUIRE(l.Read(1, 1000).kind == Kind::kStale);
  REQUIRE(l.Read(2, 1000).kind == Kind::kFresh);  // applied late, for all that we know
}

TEST_CASE("after a remove the source's value is right and the removed one is stale") {
  Ledger l;
  l.Set(1, 0, 10);
  l.Remove(2, 20, 30);
  REQUIRE(l.Read(0, 40).kind == Kind::kFresh);
  REQUIRE(l.Read(std::nullopt, 40).kind == Kind::kFresh);
  REQUIRE(l.Read(1, 40).kind == Kind::kStale);
  REQUIRE(l.Read(2, 40).kind == Kind::kWrong);  // a remove has no value
  l.Set(3, 50, 60);
  REQUIRE(l.Read(3, 70).kind == Kind::kFresh);
  REQUIRE(l.Read(0, 70).kind == Kind::kReverted);
  l.Remove(4, 55, std::nullopt);  // may have been applied after the set
  REQUIRE(l.Read(0, 70).kind == Kind::kFresh);
}

TEST_CASE("the source's value after a set is reverted once the set is acknowledged") {
  Ledger l;
  l.Set(1, 0, 10);
  REQUIRE(l.Read(0, 9).kind == Kind::kFresh);
  REQUIRE(l.Read(0, 10).kind == Kind::kReverted);
  REQUIRE(l.Read(std::nullopt, 10).kind == Kind::kReverted);
}

TEST_CASE("the source's version is an option and others may have written before us") {
  Ledger ours({.source_version = 5});
  REQUIRE(ours.Read(5, 1).kind == Kind::kFresh);
  REQUIRE(ours.Read(0, 1).kind == Kind::kWrong);
  Ledger shared({.source_version = 5, .sole_writer = false});
  REQUIRE(shared.Read(99, 1).kind == Kind::kFresh);
  shared.Set(6, 0, 10);
  REQUIRE(shared.Read(99, 20).kind == Kind::kReverted);
  REQUIRE(shared.Read(6, 20).kind == Kind::kFresh);
}

TEST_CASE("of more writes than it keeps the ledger still tells old from wrong") {
  Ledger l;
  constexpr std::uint64_t kWrites = VersionLedger::kWritesKept + 3;
  for (std::uint64_t v = 1; v <= kWrites; ++v) {
    l.Set(v, static_cast<std::int64_t>(10 * v), static_cast<std::int64_t>(10 * v + 5));
  }
  for (std::uint64_t v = 1; v < kWrites; ++v) {
    CAPTURE(v);
    REQUIRE(l.Read(v, 1000).kind == Kind::kStale);
  }
  REQUIRE(l.Read(kWrites, 1000).kind == Kind::kFresh);
  REQUIRE(l.Read(kWrites + 1, 1000).kind == Kind::kWrong);
}

TEST_CASE("a write that was forgotten under way is untold until it is acknowledged") {
  Ledger l;
  l.Set(1, 0, std::nullopt);
  for (std::uint64_t v = 2; v <= VersionLedger::kWritesKept + 1; ++v) {
    l.Set(v, static_cast<std::int64_t>(10 * v), static_cast<std::int64_t>(10 * v + 5));
  }
  REQUIRE(l.Read(1, 1000).kind == Kind::kUntold);
  l.ledger.Acknowledged(7, 1, At(30));
  REQUIRE(l.Read(1, 1000).kind == Kind::kStale);
}

TEST_CASE("keys beyond the limit are not followed and not called wrong") {
  VersionLedger ledger({.keys_max = 2});
  for (std::uint64_t key = 1; key <= 3; ++key) {
    ledger.Sent({.key = key, .version = key, .sent = At(0)});
    ledger.Acknowledged(key, key, At(1));
  }
  const auto kind = [&](std::uint64_t key, std::uint64_t version) {
    return ledger.Judge({.key = key, .version = version, .worker = 0, .sent = At(5)}).kind;
  };
  REQUIRE(kind(2, 2) == Kind::kFresh);
  REQUIRE(kind(2, 1) == Kind::kWrong);
  REQUIRE(kind(3, 3) == Kind::kUntold);
  REQUIRE(kind(3, 0) == Kind::kFresh);
}

}  // namespace
}  // namespace ringlab
