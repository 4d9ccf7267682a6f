// Where a search goes and how it ends, in worlds without noise; search_accuracy_test.cc has it.
#include "loadgen/search/search.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/loadgen/search/told.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

const std::vector<Threshold>& Bounds() {
  static const std::vector<Threshold> bounds{BoundOf("p99<5ms"), BoundOf("failed<1%")};
  return bounds;
}

SearchSpec SpecOf(double low, double high) { return {.bounds = Bounds(), .range = {low, high}}; }

// A p99 of 5 ms at the edge, growing with a power of the rate.
World PowerOf(double edge, double power) {
  return [=](const ProbeOrder& order) {
    return Told(Bounds(), {5e6 * std::pow(order.qps / edge, power), 0});
  };
}

std::size_t Probes(const RateSearch& search, Purpose purpose) {
  return static_cast<std::size_t>(std::ranges::count_if(
      search.probes(), [&](const Probe& probe) { return probe.order.purpose == purpose; }));
}

TEST_CASE("the edge is found, confirmed for longer, and looked at from above") {
  for (const double edge : {1'100.0, 2'000.0, 2'900.0, 37'000.0, 640'000.0, 990'000.0}) {
    const RateSearch search = Searched(SpecOf(1e3, 1e6), PowerOf(edge, 3));
    const SearchResult result = search.result();
    INFO(edge);
    REQUIRE(result.end == SearchEnd::kFound);
    REQUIRE(result.rate_qps.value() == Approx(edge).epsilon(0.05));
    REQUIRE(*result.rate_qps <= edge);
    REQUIRE(*result.low_qps <= edge);
    REQUIRE(*result.high_qps >= *result.rate_qps);
    REQUIRE(result.binding == "p99<5ms");
    REQUIRE(search.probes().size() <= kSearchProbesMax);
    REQUIRE(search.probes().front().order.qps == 1e3);
    REQUIRE(result.growth.value() < kCliffGrowth);
    for (const Probe& probe : search.probes()) {
      const bool is_long = probe.order.purpose == Purpose::kConfirm;
      REQUIRE(probe.order.duration == std::chrono::seconds(is_long ? 30 : 5));
    }
    if (edge > 900e3) continue;  // there is no overload in the range
    REQUIRE(result.way_down.has_value());
    REQUIRE(result.way_down->holds);
    REQUIRE(result.way_down->from_qps > 1.1 * *result.rate_qps);
  }
}

TEST_CASE("a cliff is told from a slope") {
  const SearchResult result = Searched(SpecOf(1e3, 1e6), PowerOf(20e3, 60)).result();
  REQUIRE(result.rate_qps.value() == Approx(20e3).epsilon(0.03));
  REQUIRE(result.growth.value_or(0) > kCliffGrowth);
}

TEST_CASE("the bound that breaks first is the one that binds") {
  const RateSearch search = Searched(SpecOf(1e3, 1e6), [](const ProbeOrder& order) {
    return Told(Bounds(), {1e6, order.qps > 7e3 ? 0.02 : 0});
  });
  REQUIRE(search.result().binding == "failed<1%");
  REQUIRE(search.result().rate_qps.value() == Approx(7e3).epsilon(0.05));
}

TEST_CASE("requests that fail bind, though no bound names them") {
  SearchSpec spec{.bounds = {BoundOf("p99<5ms")}, .range = {1e3, 1e6}};
  const RateSearch search = Searched(spec, [&](const ProbeOrder& order) {
    return Told(spec.bounds, {1e6}, order.qps > 5e3 ? 0.4 : 0);
  });
  REQUIRE(search.result().binding == "failed+skipped<=1%");
  REQUIRE(search.result().rate_qps.value() == Approx(5e3).epsilon(0.05));
}

TEST_CASE("a lowest rate that breaks twice ends the search") {
  const RateSearch search = Searched(SpecOf(1e3, 1e6), PowerOf(500, 1));
  REQUIRE(search.result().end == SearchEnd::kLowestBreaks);
  REQUIRE(search.probes().size() == 2);
  REQUIRE_FALSE(search.result().rate_qps.has_value());
  REQUIRE(search.result().high_qps == 1e3);
  REQUIRE(search.result().binding == "p99<5ms");
}

TEST_CASE("a highest rate that holds is confirmed, and has nothing above") {
  const RateSearch search = Searched(SpecOf(1e3, 12e3), PowerOf(1e6, 1));
  REQUIRE(search.result().end == SearchEnd::kHighestHolds);
  REQUIRE(search.result().rate_qps == 12e3);
  REQUIRE(search.result().binding.empty());
  REQUIRE_FALSE(search.result().high_qps.has_value());
  REQUIRE(search.probes().size() == 6);  // 1, 2, 4, 8, 12, and that for longer
}

TEST_CASE("a highest rate that holds for a moment alone is searched below") {
  const RateSearch search = Searched(SpecOf(1e3, 8e3), [](const ProbeOrder& order) {
    const double edge = order.purpose == Purpose::kConfirm ? 7.5e3 : 9e3;
    return Told(Bounds(), {5e6 * std::pow(order.qps / edge, 4), 0});
  });
  REQUIRE(search.result().end == SearchEnd::kFound);
  REQUIRE(search.result().rate_qps.value() == Approx(7.5e3).epsilon(0.06));
}

TEST_CASE("two trials have to agree that a rate breaks") {
  int breaks = 0;
  const RateSearch search = Searched(SpecOf(1e3, 1e6), [&](const ProbeOrder& order) {
    const bool unlucky = order.purpose == Purpose::kClimb && order.qps == 4e3 && breaks++ == 0;
    return unlucky ? Told(Bounds(), {50e6, 0}) : PowerOf(30e3, 4)(order);
  });
  REQUIRE(search.result().rate_qps.value() == Approx(30e3).epsilon(0.05));
}

TEST_CASE("what says nothing is repeated, and ends a search when it goes on") {
  int told = 0;
  const RateSearch lucky = Searched(SpecOf(1e3, 1e6), [&](const ProbeOrder& order) {
    if (++told % 3 == 0) return Invalid(Standing::kUntold, "others took the CPUs");
    return PowerOf(9e3, 3)(order);
  });
  REQUIRE(lucky.result().end == SearchEnd::kFound);
  REQUIRE(lucky.result().rate_qps.value() == Approx(9e3).epsilon(0.05));
  const RateSearch never = Searched(SpecOf(1e3, 1e6), [](const ProbeOrder& order) {
    if (order.qps > 3e3) return Invalid(Standing::kUntold, "others took the CPUs");
    return PowerOf(9e3, 3)(order);
  });
  REQUIRE(never.result().end == SearchEnd::kUntold);
  REQUIRE(never.probes().size() == 2 + kUntoldMax + 1);
  REQUIRE(never.result().low_qps == 2e3);
  REQUIRE_FALSE(never.result().rate_qps.has_value());
}

TEST_CASE("rates that cannot be measured bound the search, and say so") {
  const RateSearch search = Searched(SpecOf(1e3, 1e6), [](const ProbeOrder& order) {
    if (order.qps > 11e3) return Invalid(Standing::kBeyond, "loadgen itself was late");
    return PowerOf(1e6, 1)(order);
  });
  REQUIRE(search.result().end == SearchEnd::kFound);
  REQUIRE(search.result().rate_qps.value() == Approx(11e3).epsilon(0.06));
  REQUIRE(search.result().binding == "VALID");
  REQUIRE(search.result().limit.what == "loadgen");
  REQUIRE_FALSE(search.result().growth.has_value());
}

TEST_CASE("what does not hold for longer is confirmed at a lower rate, or not at all") {
  const auto world = [](double longer) {
    return [=](const ProbeOrder& order) {
      const double edge = order.purpose == Purpose::kConfirm ? longer : 10e3;
      return Told(Bounds(), {5e6 * std::pow(order.qps / edge, 3), 0});
    };
  };
  const RateSearch lower = Searched(SpecOf(1e3, 1e6), world(9.7e3));
  REQUIRE(lower.result().end == SearchEnd::kFound);
  REQUIRE(lower.result().rate_qps.value() <= 9.7e3);
  // On a machine that others use, what holds for a moment may be far from what holds for long.
  const RateSearch far_lower = Searched(SpecOf(1e3, 1e6), world(6e3));
  REQUIRE(far_lower.result().end == SearchEnd::kFound);
  REQUIRE(far_lower.result().rate_qps.value() <= 6e3);
  REQUIRE(far_lower.result().rate_qps.value() > 4e3);
  const RateSearch none = Searched(SpecOf(1e3, 1e6), world(1e3));
  REQUIRE(none.result().end == SearchEnd::kUnconfirmed);
  REQUIRE(Probes(none, Purpose::kConfirm) == static_cast<std::size_t>(kConfirmationsMax));
}

TEST_CASE("hysteresis is told, and whether it passes") {
  const auto world = [](int hurt_for) {
    return [=, hurt = 0](const ProbeOrder& order) mutable {
      if (order.purpose == Purpose::kOverload) hurt = hurt_for;
      const bool is_hurt = order.purpose == Purpose::kWayDown && hurt-- > 0;
      return is_hurt ? Told(Bounds(), {90e6, 0}) : PowerOf(10e3, 3)(order);
    };
  };
  const auto soon = Searched(SpecOf(1e3, 1e6), world(1)).result().way_down;
  REQUIRE(soon.has_value());
  REQUIRE_FALSE(soon->holds);
  REQUIRE(soon->recovered.value());
  const auto never = Searched(SpecOf(1e3, 1e6), world(9)).result().way_down;
  REQUIRE(never.has_value());
  REQUIRE_FALSE(never->holds);
  REQUIRE_FALSE(never->recovered.value());
  // Nobody knows whether it passes when what comes after it says nothing.
  int asked = 0;
  const RateSearch deaf = Searched(SpecOf(1e3, 1e6), [&](const ProbeOrder& order) {
    if (order.purpose != Purpose::kWayDown) return PowerOf(10e3, 3)(order);
    if (++asked == 1) return Told(Bounds(), {90e6, 0});
    return Invalid(Standing::kUntold, "others took the CPUs");
  });
  REQUIRE(deaf.result().end == SearchEnd::kFound);
  REQUIRE_FALSE(deaf.result().way_down.value().holds);
  REQUIRE_FALSE(deaf.result().way_down.value().recovered.has_value());
  // What cannot be measured there is no hysteresis.
  const RateSearch blind = Searched(SpecOf(1e3, 1e6), [](const ProbeOrder& order) {
    if (order.purpose == Purpose::kWayDown) return Invalid(Standing::kBeyond, "no CPU left");
    return PowerOf(10e3, 3)(order);
  });
  REQUIRE(blind.result().end == SearchEnd::kFound);
  REQUIRE_FALSE(blind.result().way_down.has_value());
}

TEST_CASE("what limits is told by what broke at the edge, not by the way down below it") {
  const RateSearch search = Searched(SpecOf(1e3, 1e6), [](const ProbeOrder& order) {
    const bool is_hurt = order.purpose == Purpose::kWayDown;
    ProbeOutcome outcome = is_hurt ? Told(Bounds(), {90e6, 0}) : PowerOf(10e3, 3)(order);
    if (outcome.standing == Standing::kBroken) {
      outcome.limit.what = is_hurt ? "machine-cpu" : "source";
    }
    return outcome;
  });
  REQUIRE_FALSE(search.result().way_down.value().holds);
  REQUIRE(search.result().limit.what == "source");
}

TEST_CASE("what broke a rate once that held later on is not what limits") {
  bool is_cold = true;
  const RateSearch search = Searched(SpecOf(1e3, 1e6), [&](const ProbeOrder& order) {
    const bool misses = is_cold && order.qps >= 4e3;
    is_cold = is_cold && !misses;
    ProbeOutcome outcome = misses ? Told(Bounds(), {10e6, 0}) : PowerOf(10e3, 3)(order);
    if (outcome.standing == Standing::kBroken) {
      outcome.limit.what = misses ? "source" : "machine-cpu";
    }
    return outcome;
  });
  REQUIRE_FALSE(is_cold);
  REQUIRE(search.result().rate_qps.value() > 4e3);
  REQUIRE(search.result().limit.what == "machine-cpu");
}

TEST_CASE("a probe is long enough for its percentiles") {
  SearchSpec spec{.bounds = {BoundOf("p99.9<5ms")}, .range = {100, 1e6}};
  const RateSearch search(spec);
  REQUIRE(search.next()->duration >= std::chrono::seconds(46));  // 4,603 answers
  REQUIRE(TimeToTell(spec.bounds, 1e5) < std::chrono::seconds(1));
  REQUIRE(TimeToTell({BoundOf("failed<1%")}, 1) == Duration::zero());
  REQUIRE(TimeToTell({BoundOf("max<1s")}, 1) == Duration::zero());
}

TEST_CASE("before its end a search says what it knows") {
  RateSearch search(SpecOf(1e3, 1e6));
  REQUIRE(search.result().end == SearchEnd::kGoesOn);
  REQUIRE_FALSE(search.result().low_qps.has_value());
  const World world = PowerOf(3e3, 2);
  for (int i = 0; i < 4; ++i) search.Tell(world(*search.next()));  // 1, 2, 4 and 4 once more
  REQUIRE(search.result().end == SearchEnd::kGoesOn);
  REQUIRE(search.result().low_qps.value() >= 1e3);
  REQUIRE(search.result().high_qps.value() <= 4e3);
}

}  // namespace
}  // namespace ringlab
