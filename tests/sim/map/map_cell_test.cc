// Cells of a map: one that must come back, one that must not, and that a cell is the same again.
#include "sim/map/map_cell.h"

#include <catch2/catch.hpp>
#include <string>

#include "sim/map/map_cluster.h"

namespace ringlab {
namespace {

// A small cluster: some 300 requests a second at load 1.
constexpr const char* kSmall =
    ";nodes=3;keys=300;ttl=6s;source=4x50ms;work=4ms;deadline=500ms;horizon=12s;hold=3s";

MapOutcome Run(const std::string& text, std::uint64_t seed = 1) {
  const MapSpec spec = ParseMapSpec(text + kSmall).value();
  REQUIRE(spec.cells() == 1);
  return RunMapCell(spec, CellOf(spec, 0), seed).value();
}

TEST_CASE("at a low load a flush is over soon, and what it costs is seen") {
  const MapOutcome o = Run("load=0.2;shock=flush:all;defence=none;retries=3");
  REQUIRE(o.was_well);
  REQUIRE(o.recovery_s.has_value());
  REQUIRE(o.goodput_before > 0.99);
  REQUIRE(o.goodput_end > 0.95);
  REQUIRE(o.hit_ratio_low < o.hit_ratio_before - 0.05);
  REQUIRE(o.hit_ratio_end > o.hit_ratio_before - 0.05);
  REQUIRE(o.source_loads > 20);
  REQUIRE(o.answered <= o.requests);
  REQUIRE(o.calls >= o.requests);
}

TEST_CASE("at a high load clients who ask again keep a cluster down") {
  const MapOutcome o = Run("load=0.9;shock=slow:10x@5s;defence=none;retries=3");
  REQUIRE(o.was_well);
  REQUIRE_FALSE(o.recovery_s);
  REQUIRE(o.goodput_end < 0.5);
  REQUIRE(o.calls > 2 * o.requests);
  // The same load and shock, defended: it comes back, and few calls are second ones.
  const MapOutcome bounded = Run("load=0.9;shock=slow:10x@5s;defence=all;retries=3");
  REQUIRE(bounded.was_well);
  REQUIRE(bounded.recovery_s.has_value());
  REQUIRE(bounded.goodput_end > o.goodput_end);
  REQUIRE(2 * bounded.calls < 3 * bounded.requests);
}

TEST_CASE("a load that is too much was not well before the shock either") {
  const MapOutcome o = Run("load=1.5;shock=flush:1;defence=none;retries=0");
  REQUIRE_FALSE(o.was_well);
  REQUIRE_FALSE(o.recovery_s);
  REQUIRE(o.goodput_before < 0.95);
}

TEST_CASE("a cell is the same run again, and another by another seed") {
  const std::string text = "load=0.6;shock=slow:10x@2s;defence=stale+hot;retries=2";
  const MapOutcome one = Run(text);
  const MapOutcome again = Run(text);
  REQUIRE(one.hash == again.hash);
  REQUIRE(one.events == again.events);
  REQUIRE(ToBytes(one) == ToBytes(again));
  REQUIRE(one.hash != Run(text, 2).hash);
}

TEST_CASE("an outcome of a cell crosses between processes as it is, and nothing else is one") {
  const MapOutcome sent = {.was_well = true,
                           .recovery_s = 7,
                           .qps = 123.5,
                           .goodput_before = 0.99,
                           .goodput_low = 0.25,
                           .goodput_end = 0.5,
                           .hit_ratio_before = 0.9,
                           .hit_ratio_low = 0.125,
                           .hit_ratio_end = 0.75,
                           .requests = 9,
                           .answered = 8,
                           .calls = 17,
                           .source_loads = 5,
                           .watched_s = 31,
                           .events = 1234,
                           .hash = 0xfedcba9876543210U};
  Result<MapOutcome> got = MapOutcome();
  const std::string bytes = ToBytes(sent);
  REQUIRE(ReadMapOutcome(bytes, got));
  REQUIRE(ToBytes(got) == bytes);
  REQUIRE(got->recovery_s == 7);
  REQUIRE(got->hit_ratio_low == 0.125);
  REQUIRE(got->hash == sent.hash);
  MapOutcome never = sent;
  never.recovery_s.reset();
  REQUIRE(ReadMapOutcome(ToBytes(never), got));
  REQUIRE_FALSE(got->recovery_s);
  const Result<MapOutcome> error = Fail(Code::kInvalidArgument, "no such cluster");
  REQUIRE(ReadMapOutcome(ToBytes(error), got));
  REQUIRE(got.error().message == "no such cluster");
  REQUIRE_FALSE(ReadMapOutcome(bytes.substr(0, bytes.size() - 1), got));
  REQUIRE_FALSE(ReadMapOutcome(bytes + "x", got));
  REQUIRE_FALSE(ReadMapOutcome("", got));
}

TEST_CASE("what a cluster can take: the busiest node's work, and the source's servers") {
  const MapSpec alone = ParseMapSpec("nodes=1;work=2ms;source=3x30ms").value();
  const MapCapacity one = CapacityOf(alone, 1);
  REQUIRE(one.qps == Approx(500));  // a message a request
  REQUIRE(one.source_loads == Approx(100));
  // Three nodes: each request is a message to the node that is asked and, two times in three, one
  // to the owner and its reply; the busiest node has more than its third of these.
  const MapSpec three = ParseMapSpec("nodes=3;work=2ms;zipf=0").value();
  REQUIRE(CapacityOf(three, 1).qps < 1500 / (7.0 / 3));
  REQUIRE(CapacityOf(three, 1).qps > 0.7 * 1500 / (7.0 / 3));
  // Keys that are asked for all the time are loaded once a life, of three quarters of the ttl.
  REQUIRE(WarmLoads(three, 1e9) == Approx(1000 / 15.0).epsilon(1e-3));
  // Others when they are asked for again: every 1000 s each.
  REQUIRE(WarmLoads(three, 1) == Approx(1000 / 1015.0));
}

}  // namespace
}  // namespace ringlab
