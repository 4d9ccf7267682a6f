// What History calls wrong, and what it must not.
#include "sim/virtual/history.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct HistoryWorld {
  HistoryRules rules{.hot_ttl = seconds(5), .handover = seconds(2), .load_timeout = seconds(1)};
  History history{rules};

  static TimePoint At(double s) { return TimePoint(Duration(static_cast<std::int64_t>(s * 1e9))); }

  void Write(std::uint64_t version, double sent, double done, bool ok = true, bool remove = false,
             Duration ttl = {}) {
    const std::size_t place =
        history.Sent(1, {.version = version, .is_remove = remove, .ttl = ttl, .sent = At(sent)});
    history.Answered(1, place, At(done), ok);
  }
  bool Wrong(std::optional<std::uint64_t> version, double sent, Level level = Level::kCache) {
    return history
        .Judge({.key = 1, .version = version, .level = level, .sent = At(sent), .done = At(sent)})
        .has_value();
  }
  void Had(Trouble::Kind kind, double from, double until) {
    history.Ended(history.Began(kind, At(from)), At(until));
  }
};

TEST_CASE("the source's value is right for who wrote nothing, and no other is") {
  HistoryWorld w;
  REQUIRE_FALSE(w.Wrong(0, 100));
  REQUIRE_FALSE(w.Wrong(std::nullopt, 100));
  REQUIRE(w.Wrong(7, 100));
}

TEST_CASE("after a write, what was before it is wrong; while it goes on, both are right") {
  HistoryWorld w;
  w.Write(1, 100, 101);
  w.Write(2, 110, 111);
  REQUIRE_FALSE(w.Wrong(1, 105));
  REQUIRE_FALSE(w.Wrong(1, 110.5));
  REQUIRE_FALSE(w.Wrong(2, 110.5));
  REQUIRE(w.Wrong(1, 111.5));
  REQUIRE_FALSE(w.Wrong(2, 111.5));
  REQUIRE(w.Wrong(0, 105));  // the source's, after a write
}

TEST_CASE("writes at the same time have no order, and one that failed has none at all") {
  HistoryWorld w;
  w.Write(1, 100, 102);
  w.Write(2, 101, 103);
  REQUIRE_FALSE(w.Wrong(1, 110));
  REQUIRE_FALSE(w.Wrong(2, 110));
  w.Write(3, 120, 121, /*ok=*/false);
  REQUIRE_FALSE(w.Wrong(1, 130));
  REQUIRE_FALSE(w.Wrong(3, 130));
}

TEST_CASE("a copy may be older for a moment, and for its time where its owner may not know of it") {
  HistoryWorld w;
  w.Write(1, 100, 100.1);
  w.Write(2, 110, 110.1);
  REQUIRE_FALSE(w.Wrong(1, 110.4, Level::kHot));
  REQUIRE(w.Wrong(1, 111, Level::kHot));
  HistoryWorld troubled;
  troubled.Had(Trouble::Kind::kSource, 107, 108);  // loaded beside an owner that failed
  troubled.Write(1, 100, 100.1);
  troubled.Write(2, 110, 110.1);
  REQUIRE_FALSE(troubled.Wrong(1, 111, Level::kHot));
  REQUIRE(troubled.Wrong(1, 117, Level::kHot));
  REQUIRE(troubled.Wrong(1, 111, Level::kCache));
}

TEST_CASE("a remove gives the source's value its right back") {
  HistoryWorld w;
  w.Write(1, 100, 101);
  w.Write(2, 110, 111, true, /*remove=*/true);
  REQUIRE_FALSE(w.Wrong(0, 112));
  REQUIRE_FALSE(w.Wrong(std::nullopt, 112));
  REQUIRE(w.Wrong(1, 112));
  w.Write(3, 120, 121);
  REQUIRE(w.Wrong(0, 123));
}

TEST_CASE("what is lost with a process, or while its owner is silent, is no wrong") {
  for (const Trouble::Kind kind : {Trouble::Kind::kLost, Trouble::Kind::kSilence}) {
    HistoryWorld w;
    w.Write(1, 100, 101);
    w.Had(kind, 105, 106);
    REQUIRE(w.Wrong(0, 104));
    REQUIRE_FALSE(w.Wrong(0, 107));
  }
}

TEST_CASE("a change of the ring carries a write along; two within one hand-over may not") {
  HistoryWorld w;
  w.Write(1, 100, 100.1);
  w.Write(2, 102, 102.1);
  w.Had(Trouble::Kind::kRing, 105, 105.1);
  REQUIRE(w.Wrong(1, 107));
  HistoryWorld twice;
  twice.Write(1, 100, 100.1);
  twice.Write(2, 102, 102.1);
  twice.Had(Trouble::Kind::kRing, 105, 105.1);
  twice.Had(Trouble::Kind::kRing, 106, 106.1);
  REQUIRE_FALSE(twice.Wrong(1, 107));
  HistoryWorld meanwhile;  // two nodes may each have taken one
  meanwhile.Write(1, 100, 100.1);
  meanwhile.Write(2, 102, 102.1);
  meanwhile.Had(Trouble::Kind::kRing, 101.9, 102.05);
  REQUIRE_FALSE(meanwhile.Wrong(1, 107));
}

TEST_CASE("a value is wrong beyond its time to live, and what a copy adds to that") {
  HistoryWorld w;
  w.Write(1, 100, 100.1, true, false, seconds(2));
  REQUIRE_FALSE(w.Wrong(1, 102));
  REQUIRE_FALSE(w.Wrong(1, 107));
  REQUIRE(w.Wrong(1, 109));
  REQUIRE_FALSE(w.Wrong(0, 109));
}

TEST_CASE("writes are counted that may still overtake a load") {
  HistoryWorld w;
  w.Write(1, 100, 101);
  w.Write(2, 110, 111);
  REQUIRE(w.history.WritesOf(1, HistoryWorld::At(100.5)) == 2);
  REQUIRE(w.history.WritesOf(1, HistoryWorld::At(105)) == 1);
  REQUIRE(w.history.WritesOf(2, HistoryWorld::At(0)) == 0);
}

}  // namespace
}  // namespace ringlab
