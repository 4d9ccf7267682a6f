// The ledger against what linearizability means: a reading is right when some order of the writes
// that respects real time makes it so. The reference tries every order.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include "loadgen/measure/version_ledger.h"

namespace ringlab {
namespace {

using Kind = Judgement::Kind;

constexpr std::int64_t kOpen = INT64_MAX;  // never acknowledged

struct Written {
  std::int64_t sent = 0;
  std::int64_t acknowledged = kOpen;
  bool is_remove = false;
};

// Whether some subset and order of the writes, with the read behind all of them, leaves write
// `last` (or nothing: -1) as what the read sees. Before comes what was over when the other was
// sent; a write that was over before the read is among them, another one may be or not.
bool Allowed(const std::vector<Written>& writes, std::int64_t read, int last) {
  const auto n = static_cast<int>(writes.size());
  for (unsigned subset = 0; subset < (1U << n); ++subset) {
    std::vector<int> order;
    bool whole = true;
    for (int i = 0; i < n; ++i) {
      if ((subset >> i & 1) != 0) order.push_back(i);
      whole = whole && ((subset >> i & 1) != 0 || writes[i].acknowledged > read);
    }
    if (!whole) continue;
    do {
      bool real_time = true;
      for (std::size_t a = 0; a < order.size(); ++a) {
        for (std::size_t b = a + 1; b < order.size(); ++b) {
          real_time = real_time && !(writes[order[b]].acknowledged <= writes[order[a]].sent);
        }
      }
      if (real_time && (order.empty() ? -1 : order.back()) == last) return true;
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return false;
}

std::vector<Written> Writes(std::size_t count, std::int64_t latest) {
  std::vector<Written> writes(count);
  for (Written& write : writes) {
    write.sent = *rc::gen::inRange<std::int64_t>(0, latest);
    const auto took = *rc::gen::inRange<std::int64_t>(0, 8);  // 0: it failed
    write.acknowledged = took == 0 ? kOpen : write.sent + took;
    write.is_remove = *rc::gen::inRange(0, 4) == 0;
  }
  std::sort(writes.begin(), writes.end(),
            [](const Written& a, const Written& b) { return a.sent < b.sent; });
  return writes;
}

// Version i + 1 is writes[i]'s. Acknowledgements come in their order, between the sendings.
void Fill(const std::vector<Written>& writes, VersionLedger& ledger) {
  std::vector<std::size_t> ends(writes.size());
  std::iota(ends.begin(), ends.end(), 0);
  std::sort(ends.begin(), ends.end(), [&](std::size_t a, std::size_t b) {
    return writes[a].acknowledged < writes[b].acknowledged;
  });
  std::size_t ended = 0;
  const auto end_until = [&](std::int64_t time) {
    for (; ended < ends.size() && writes[ends[ended]].acknowledged <= time; ++ended) {
      const std::int64_t at = writes[ends[ended]].acknowledged;
      ledger.Acknowledged(1, ends[ended] + 1, TimePoint(Duration(at)));
    }
  };
  for (std::size_t i = 0; i < writes.size(); ++i) {
    end_until(writes[i].sent);
    ledger.Sent({.key = 1,
                 .version = i + 1,
                 .is_remove = writes[i].is_remove,
                 .sent = TimePoint(Duration(writes[i].sent))});
  }
  end_until(kOpen - 1);
}

Kind Judge(const VersionLedger& ledger, std::uint64_t version, std::int64_t read) {
  return ledger
      .Judge({.key = 1, .version = version, .worker = 0, .sent = TimePoint(Duration(read))})
      .kind;
}

TEST_CASE("a reading is stale exactly when no order of the writes allows it") {
  REQUIRE(rc::check([] {
    const auto writes = Writes(*rc::gen::inRange<std::size_t>(1, 6), 16);
    const auto read = *rc::gen::inRange<std::int64_t>(writes.back().sent, 24);
    VersionLedger ledger;
    Fill(writes, ledger);
    bool source = Allowed(writes, read, -1);
    for (std::size_t i = 0; i < writes.size(); ++i) {
      const bool allowed = Allowed(writes, read, static_cast<int>(i));
      const Kind kind = Judge(ledger, i + 1, read);
      if (writes[i].is_remove) {
        source = source || allowed;
        RC_ASSERT(kind == Kind::kWrong);
      } else {
        RC_ASSERT(kind == (allowed ? Kind::kFresh : Kind::kStale));
      }
    }
    // Without a set there is nothing to fall back from.
    const Kind of_source = Judge(ledger, 0, read);
    RC_ASSERT(of_source == (source ? Kind::kFresh : Kind::kReverted));
  }));
}

TEST_CASE("what the ledger has forgotten makes it miss alarms and never raise one") {
  REQUIRE(rc::check([] {
    const auto writes = Writes(*rc::gen::inRange<std::size_t>(33, 80), 150);
    const auto read = *rc::gen::inRange<std::int64_t>(0, 170);
    VersionLedger ledger;
    Fill(writes, ledger);
    for (std::size_t i = 0; i < writes.size(); ++i) {
      if (writes[i].is_remove) continue;
      const bool stale = std::any_of(writes.begin(), writes.end(), [&](const Written& w) {
        return w.acknowledged <= read && w.sent >= writes[i].acknowledged;
      });
      const Kind kind = Judge(ledger, i + 1, read);
      RC_ASSERT(kind != Kind::kWrong);
      RC_ASSERT(kind != Kind::kStale || stale);
      const bool kept = writes.size() - i <= VersionLedger::kWritesKept;
      if (kept) RC_ASSERT(kind == (stale ? Kind::kStale : Kind::kFresh));
    }
  }));
}

}  // namespace
}  // namespace ringlab
