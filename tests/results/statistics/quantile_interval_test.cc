// Intervals of quantiles: whether they hold the truth as often as they say.
#include "results/statistics/quantile_interval.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/base/random.h"
#include "results/statistics/student.h"
#include "tests/support/thorough.h"

namespace ringlab {
namespace {

// Two at a time (G. Box and M. Muller, 1958).
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : rng_(seed) {}

  double operator()() {
    spare_ = !spare_;
    if (!spare_) return radius_ * std::sin(angle_);
    radius_ = std::sqrt(-2 * std::log(rng_.UniformPositive()));
    angle_ = 2 * std::numbers::pi * rng_.Uniform();
    return radius_ * std::cos(angle_);
  }

 private:
  Rng rng_;
  bool spare_ = false;
  double radius_ = 0;
  double angle_ = 0;
};

// Consecutive samples, normal, each correlated with the one before: a run of so many seconds.
struct Runs {
  double correlation = 0;
  std::size_t seconds = 30;
  std::size_t rate = 400;

  std::vector<double> Draw(Normal& normal) const {
    std::vector<double> samples;
    double last = normal();
    for (std::size_t i = 0; i < seconds * rate; ++i) {
      last = correlation * last + std::sqrt(1 - correlation * correlation) * normal();
      samples.push_back(last);
    }
    return samples;
  }

  std::vector<Exceedances> Batches(const std::vector<double>& samples, double bound) const {
    std::vector<Exceedances> batches(seconds);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      batches[i / rate].samples += 1;
      batches[i / rate].above += samples[i] > bound ? 1 : 0;
    }
    return batches;
  }
};

double SampleAt(const std::vector<double>& sorted, double share) {
  const double rank = share * static_cast<double>(sorted.size() + 1) - 1;
  const double below = std::clamp(std::floor(rank), 0.0, static_cast<double>(sorted.size() - 2));
  const auto at = static_cast<std::size_t>(below);
  return sorted[at] + std::clamp(rank - below, 0.0, 1.0) * (sorted[at + 1] - sorted[at]);
}

// Where only a few are made, chance moves a share of them by more.
const int kIntervalRuns = Trials(1000, 250);
const double kByChance = kIntervalRuns < 1000 ? 0.02 : 0;

struct Coverage {
  double held = 0;   // share of the runs whose interval holds the true quantile
  double worth = 0;  // effective samples over samples, on average
};

std::vector<Coverage> CoverageOf(const Runs& runs, const std::vector<double>& quantiles,
                                 std::uint64_t seed) {
  Normal normal(seed);
  std::vector<Coverage> coverage(quantiles.size());
  for (int run = 0; run < kIntervalRuns; ++run) {
    const std::vector<double> samples = runs.Draw(normal);
    std::vector<double> sorted = samples;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
      const double truth = NormalQuantile(quantiles[i]);
      const double found = SampleAt(sorted, quantiles[i]);
      const auto effective = EffectiveSamples(runs.Batches(samples, found));
      REQUIRE(effective.has_value());
      const QuantileEnds ends = EndsOfQuantile(quantiles[i], *effective);
      const bool above_low = !ends.low || SampleAt(sorted, *ends.low) <= truth;
      const bool below_high = !ends.high || truth <= SampleAt(sorted, *ends.high);
      coverage[i].held += above_low && below_high ? 1.0 / kIntervalRuns : 0;
      coverage[i].worth += *effective / static_cast<double>(samples.size()) / kIntervalRuns;
    }
  }
  return coverage;
}

TEST_CASE("intervals of 95 % hold the true quantile in 93 to 97 % of 1,000 runs", "[long]") {
  const std::vector<double> quantiles{0.5, 0.9, 0.99};
  for (const double correlation : {0.0, 0.5, 0.9}) {
    const std::vector<Coverage> all = CoverageOf({.correlation = correlation}, quantiles, 1);
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
      INFO("correlation " << correlation << ", quantile " << quantiles[i] << ": held "
                          << all[i].held << ", worth " << all[i].worth);
      CHECK(all[i].held >= 0.93 - kByChance);
      CHECK(all[i].held <= 0.97 + kByChance);
      if (correlation == 0 || i > 0) continue;
      // The median of a normal autoregression, in theory: the sum of 2/pi asin(r^k) over all lags.
      double sum = 1;
      double power = correlation;
      for (int k = 1; k < 400; ++k, power *= correlation) {
        sum += 2 * 2 / std::numbers::pi * std::asin(power);
      }
      CHECK(all[i].worth == Approx(1 / sum).epsilon(0.15));
    }
  }
}

TEST_CASE("seconds that depend on one another widen the interval, too") {
  // Two samples a second: the correlation reaches over ten seconds and more.
  const Coverage c = CoverageOf({.correlation = 0.9, .seconds = 300, .rate = 2}, {0.5}, 3).front();
  INFO("held " << c.held << ", worth " << c.worth);
  CHECK(c.held >= 0.87 - kByChance);  // an autoregression of first order is not all of it
  CHECK(c.worth < 0.15);
}

TEST_CASE("few runs of few seconds still hold it") {
  const Coverage c = CoverageOf({.correlation = 0.5, .seconds = 6}, {0.9}, 4).front();
  INFO("held " << c.held);
  CHECK(c.held >= 0.93 - kByChance);
}

TEST_CASE("an end that so few samples do not bound is absent") {
  REQUIRE_FALSE(EndsOfQuantile(0.99, 366).high.has_value());
  REQUIRE(EndsOfQuantile(0.99, 368).high.has_value());
  REQUIRE(EndsOfQuantile(0.99, 366).low.has_value());
  REQUIRE_FALSE(EndsOfQuantile(0.5, 4).low.has_value());
  REQUIRE_FALSE(EndsOfQuantile(0.5, 4).high.has_value());
}

TEST_CASE("the ends of independent samples are the ranks of the textbook") {
  // 1,000, 10,000 and 300,000 independent samples give a p99 between these quantiles.
  const auto check = [](double n, double low, double high) {
    const QuantileEnds ends = EndsOfQuantile(0.99, n);
    CHECK(*ends.low == Approx(low).epsilon(1e-3));
    CHECK(*ends.high == Approx(high).epsilon(1e-3));
  };
  check(1000, 0.9838, 0.9961);
  check(10'000, 0.9881, 0.9920);
  check(300'000, 0.98964, 0.99036);
  const QuantileEnds median = EndsOfQuantile(0.5, 100);
  CHECK(*median.low == Approx(1 - *median.high).epsilon(1e-3));
  CHECK(*median.low == Approx(0.5 - 1.96 / 20).epsilon(0.02));
}

TEST_CASE("samples are worth no more than they are, and few batches tell nothing") {
  REQUIRE_FALSE(EffectiveSamples(std::vector<Exceedances>(4, {.samples = 100, .above = 1})));
  REQUIRE_FALSE(EffectiveSamples({}));
  // A count that is the same in each batch varies less than chance would have it.
  REQUIRE(*EffectiveSamples(std::vector<Exceedances>(20, {.samples = 100, .above = 1})) == 2000);
  REQUIRE(*EffectiveSamples(std::vector<Exceedances>(20, {.samples = 100, .above = 0})) == 2000);
  std::vector<Exceedances> bursts(20, {.samples = 100, .above = 0});
  bursts[7].above = 20;  // all that is slow came in one second
  REQUIRE(*EffectiveSamples(bursts) < 120);
  bursts.emplace_back();  // without samples
  REQUIRE(*EffectiveSamples(bursts) < 120);
}

}  // namespace
}  // namespace ringlab
