#include "core/ring/balance.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/hash.h"
#include "core/base/random.h"

namespace ringlab {
namespace {

TEST_CASE("even loads are even") {
  const auto stats = MeasureBalance({0.25, 0.25, 0.25, 0.25});
  REQUIRE(stats.has_value());
  REQUIRE(stats->peak_to_mean == 1);
  REQUIRE(stats->min_to_mean == 1);
  REQUIRE(stats->cv == 0);
  REQUIRE(stats->gini == 0);
  REQUIRE(stats->jain == 1);
}

TEST_CASE("one node with everything is as uneven as can be") {
  const auto stats = MeasureBalance({0, 0, 42, 0});
  REQUIRE(stats->peak_to_mean == 4);
  REQUIRE(stats->min_to_mean == 0);
  REQUIRE(stats->cv == Approx(std::sqrt(3)));
  REQUIRE(stats->gini == Approx(0.75));
  REQUIRE(stats->jain == Approx(0.25));
}

TEST_CASE("the groupcache golden ring has its published balance") {
  // Arcs of node-0 to node-7 at 50 replicas on the CRC-32 ring, in units of 2^-32.
  const std::vector<double> arcs = {461923390, 592960897, 491910463, 620370640,
                                    604391443, 471672255, 607684620, 444053588};
  const auto stats = MeasureBalance(arcs);
  REQUIRE(stats->peak_to_mean == Approx(1.1555).margin(5e-5));
  REQUIRE(stats->min_to_mean == Approx(0.8271).margin(5e-5));
  REQUIRE(stats->cv == Approx(0.1320).margin(5e-5));
  REQUIRE(stats->gini == Approx(0.0717).margin(5e-5));
  REQUIRE(stats->jain == Approx(0.9829).margin(5e-5));
}

TEST_CASE("no load has no balance") {
  REQUIRE_FALSE(MeasureBalance({}).has_value());
  REQUIRE_FALSE(MeasureBalance({0, 0}).has_value());
  REQUIRE(SharesOf({}).empty());
  REQUIRE(SharesOf({0, 0}).empty());
}

TEST_CASE("balance keeps its identities") {
  REQUIRE(rc::check("balance identities", [] {
    const auto counts =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1'000'000)));
    const std::vector<double> loads(counts.begin(), counts.end());
    const auto n = static_cast<double>(loads.size());
    const auto stats = MeasureBalance(loads).value();
    const std::vector<double> shares = SharesOf(loads);
    RC_ASSERT(std::abs(std::accumulate(shares.begin(), shares.end(), 0.0) - 1) < 1e-12);
    RC_ASSERT(std::abs(stats.jain - 1 / (1 + stats.cv * stats.cv)) < 1e-12);
    RC_ASSERT(stats.peak_to_mean >= 1 - 1e-12 && stats.peak_to_mean <= n + 1e-9);
    RC_ASSERT(stats.min_to_mean > 0 && stats.min_to_mean <= 1 + 1e-12);
    // Gini from its definition: the mean difference of all pairs over twice the mean.
    double differences = 0;
    for (const double a : shares) {
      for (const double b : shares) differences += std::abs(a - b);
    }
    RC_ASSERT(std::abs(stats.gini - differences / (2 * n)) < 1e-9);
    // The unit does not matter.
    RC_ASSERT(std::abs(MeasureBalance(shares)->cv - stats.cv) < 1e-9);
  }));
}

}  // namespace
}  // namespace ringlab
