// What a generator can say of staleness when others write as well.
#include <catch2/catch.hpp>

#include "loadgen/measure/version_ledger.h"

namespace ringlab {
namespace {

using Kind = Judgement::Kind;
using std::chrono::milliseconds;

TimePoint At(int ms) { return TimePoint(milliseconds(ms)); }

// Shard 1 of 2: odd indices are its own, whose versions are even.
VersionLedgerOptions Second(bool others_remove = false) {
  return {.source_version = 0,
          .sole_writer = false,
          .shard = {.index = 1, .of = 2},
          .others_remove = others_remove};
}

TEST_CASE("a value that another generator wrote is untold, never wrong or reverted") {
  VersionLedger ledger(Second());
  REQUIRE(ledger.Judge({.key = 1, .version = 5, .sent = At(9)}).kind == Kind::kUntold);
  ledger.Sent({.key = 1, .version = 2, .sent = At(1)});
  ledger.Acknowledged(1, 2, At(2));
  REQUIRE(ledger.Judge({.key = 1, .version = 5, .sent = At(9)}).kind == Kind::kUntold);
  REQUIRE(ledger.Judge({.key = 1, .version = 2, .sent = At(9)}).kind == Kind::kFresh);
}

TEST_CASE("what of our own writes is stale stays so, whatever others wrote") {
  VersionLedger ledger(Second(true));
  ledger.Sent({.key = 1, .version = 2, .sent = At(1)});
  ledger.Acknowledged(1, 2, At(2));
  ledger.Sent({.key = 1, .version = 4, .sent = At(3)});
  ledger.Acknowledged(1, 4, At(4));
  const Judgement stale = ledger.Judge({.key = 1, .version = 2, .sent = At(9)});
  REQUIRE(stale.kind == Kind::kStale);
  REQUIRE(stale.age == milliseconds(5));
}

TEST_CASE("the source's value after our set is reverted, unless others remove") {
  for (const bool others_remove : {false, true}) {
    VersionLedger ledger(Second(others_remove));
    ledger.Sent({.key = 1, .version = 2, .sent = At(1)});
    ledger.Acknowledged(1, 2, At(2));
    const Kind expected = others_remove ? Kind::kUntold : Kind::kReverted;
    REQUIRE(ledger.Judge({.key = 1, .version = 0, .sent = At(9)}).kind == expected);
    REQUIRE(ledger.Judge({.key = 1, .sent = At(9)}).kind == expected);
  }
}

}  // namespace
}  // namespace ringlab
