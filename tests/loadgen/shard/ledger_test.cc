// What a generator can say of staleness when others write as well.
#include <catch2/catch.hpp>

#include "loadgen/measure/version_ledger.h"

namespace ringlab {
namespace {

using Kind = Judgement::Kind;
using std::chrono::milliseconds;

TimePoint AtMs(int ms) { return TimePoint(milliseconds(ms)); }

// Shard 1 of 2: odd indices are its own, whose versions are even.
VersionLedgerOptions SecondOfTwo(bool others_remove = false) {
  return {.source_version = 0,
          .sole_writer = false,
          .shard = {.index = 1, .of = 2},
          .others_remove = others_remove};
}

TEST_CASE("a value that another generator wrote is untold, never wrong or reverted") {
  VersionLedger ledger(SecondOfTwo());
  REQUIRE(ledger.Judge({.key = 1, .version = 5, .sent = AtMs(9)}).kind == Kind::kUntold);
  ledger.Sent({.key = 1, .version = 2, .sent = AtMs(1)});
  ledger.Acknowledged(1, 2, AtMs(2));
  REQUIRE(ledger.Judge({.key = 1, .version = 5, .sent = AtMs(9)}).kind == Kind::kUntold);
  REQUIRE(ledger.Judge({.key = 1, .version = 2, .sent = AtMs(9)}).kind == Kind::kFresh);
}

TEST_CASE("what of our own writes is stale stays so, whatever others wrote") {
  VersionLedger ledger(SecondOfTwo(true));
  ledger.Sent({.key = 1, .version = 2, .sent = AtMs(1)});
  ledger.Acknowledged(1, 2, AtMs(2));
  ledger.Sent({.key = 1, .version = 4, .sent = AtMs(3)});
  ledger.Acknowledged(1, 4, AtMs(4));
  const Judgement stale = ledger.Judge({.key = 1, .version = 2, .sent = AtMs(9)});
  REQUIRE(stale.kind == Kind::kStale);
  REQUIRE(stale.age == milliseconds(5));
}

TEST_CASE("the source's value after our set is reverted, unless others remove") {
  for (const bool others_remove : {false, true}) {
    VersionLedger ledger(SecondOfTwo(others_remove));
    ledger.Sent({.key = 1, .version = 2, .sent = AtMs(1)});
    ledger.Acknowledged(1, 2, AtMs(2));
    const Kind expected = others_remove ? Kind::kUntold : Kind::kReverted;
    REQUIRE(ledger.Judge({.key = 1, .version = 0, .sent = AtMs(9)}).kind == expected);
    REQUIRE(ledger.Judge({.key = 1, .sent = AtMs(9)}).kind == expected);
  }
}

}  // namespace
}  // namespace ringlab
