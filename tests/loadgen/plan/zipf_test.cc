#include "loadgen/plan/zipf.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace ringlab {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;
constexpr double kExponents[] = {0, 0.55, 0.99, 1, 1.2, 2.68};

// The sum itself, smallest terms first: an answer independent of Euler-Maclaurin.
double SummedHarmonic(std::uint64_t n, double s) {
  long double sum = 0;
  for (std::uint64_t k = n; k >= 1; --k) sum += std::pow(static_cast<long double>(k), -s);
  return static_cast<double>(sum);
}

// The point that a chi-square variable with `df` degrees of freedom exceeds with the probability
// that a normal one exceeds z (E. B. Wilson and M. M. Hilferty, 1931).
double ChiSquarePoint(double df, double z) {
  const double a = 2 / (9 * df);
  return df * std::pow(1 - a + z * std::sqrt(a), 3);
}

// Upper ends of rank bins: single ranks first, then ever wider, so that the head and the tail are
// both tested; bins with fewer than 25 expected draws join the one before.
std::vector<std::uint64_t> LogBins(const ZipfSampler& zipf, double draws) {
  std::vector<std::uint64_t> ends;
  std::uint64_t begin = 0;
  for (std::uint64_t end = 1; begin < zipf.n(); end = std::max(end + 1, end * 5 / 4)) {
    end = std::min(end, zipf.n());
    if ((zipf.TopShare(end) - zipf.TopShare(begin)) * draws >= 25) {
      ends.push_back(end);
      begin = end;
    }
    if (end == zipf.n()) break;
  }
  ends.back() = zipf.n();
  return ends;
}

TEST_CASE("harmonic numbers agree with plain sums and published values") {
  for (const double s : {0.0, 0.01, 0.55, 0.99, 1.0, 1 - 1e-9, 1 + 1e-9, 1.2, 2.68, 5.36, 40.0}) {
    for (const std::uint64_t n : {1ULL, 2ULL, 10ULL, 999ULL, 1000ULL, 1001ULL, 200'000ULL}) {
      CAPTURE(s, n);
      REQUIRE(HarmonicNumber(n, s) == Approx(SummedHarmonic(n, s)).epsilon(1e-12));
    }
  }
  // H(10^10, 0.99): the zeta constant that YCSB stores, to more digits.
  REQUIRE(HarmonicNumber(10'000'000'000, 0.99) == Approx(26.4690282018).epsilon(1e-11));
  // ln n + gamma + 1 / 2n, and pi^2 / 6 - 1 / n: closed forms at the far end.
  const double n = 0x1.0p40;
  REQUIRE(HarmonicNumber(kMaxZipfRanks, 1) ==
          Approx(std::log(n) + std::numbers::egamma + 0.5 / n).epsilon(1e-12));
  REQUIRE(HarmonicNumber(kMaxZipfRanks, 2) ==
          Approx(std::numbers::pi * std::numbers::pi / 6 - 1 / n).epsilon(1e-12));
  REQUIRE(HarmonicNumber(kMaxZipfRanks, 0) == n);
  REQUIRE(HarmonicNumber(0, 0.99) == 0);
}

TEST_CASE("a million keys have the reference probabilities") {
  struct Row {
    double s, harmonic, first, top_ten, top_hundredth, collision;
  };
  // The study's table; its digits are the tolerance.
  const Row rows[] = {
      {0.55, 1112.07, .0009, .0042, .1246, 6.5e-6}, {0.7, 207.54, .0048, .0191, .2412, 7.2e-5},
      {0.9, 30.381, .0329, .1060, .5164, 2.04e-3},  {0.99, 15.3919, .0650, .1921, .6643, 7.02e-3},
      {1, 14.3927, .0695, .2035, .6800, 7.94e-3},   {1.2, 5.2761, .1895, .4677, .9096, 4.97e-2}};
  for (const Row& row : rows) {
    CAPTURE(row.s);
    const ZipfSampler zipf(kMillion, row.s);
    REQUIRE(HarmonicNumber(kMillion, row.s) == Approx(row.harmonic).epsilon(3e-5));
    REQUIRE(zipf.Probability(1) == Approx(row.first).margin(5.1e-5));
    REQUIRE(zipf.TopShare(10) == Approx(row.top_ten).margin(5.1e-5));
    REQUIRE(zipf.TopShare(kMillion / 100) == Approx(row.top_hundredth).margin(5.1e-5));
    REQUIRE(zipf.CollisionProbability() == Approx(row.collision).epsilon(8e-3));
    REQUIRE(zipf.TopShare(kMillion) == 1);
  }
}

TEST_CASE("drawn ranks follow the law in head and tail") {
  constexpr int kDraws = 1'000'000;
  for (const double s : kExponents) {
    CAPTURE(s);
    const ZipfSampler zipf(kMillion, s);
    const std::vector<std::uint64_t> ends = LogBins(zipf, kDraws);
    std::vector<double> drawn(ends.size());
    double first = 0;
    Rng rng(20'260);
    for (int i = 0; i < kDraws; ++i) {
      const std::uint64_t rank = zipf(rng);
      REQUIRE((rank >= 1 && rank <= kMillion));
      const auto bin = std::lower_bound(ends.begin(), ends.end(), rank) - ends.begin();
      drawn[static_cast<std::size_t>(bin)] += 1;
      first += rank == 1 ? 1 : 0;
    }
    double chi2 = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const double below = i == 0 ? 0 : zipf.TopShare(ends[i - 1]);
      const double expected = kDraws * (zipf.TopShare(ends[i]) - below);
      chi2 += (drawn[i] - expected) * (drawn[i] - expected) / expected;
    }
    const auto df = static_cast<double>(ends.size() - 1);
    CAPTURE(df, chi2);
    REQUIRE(df >= 10);
    // p in (0.001, 0.999): a fit too good to be true is a bug as well.
    REQUIRE(chi2 < ChiSquarePoint(df, 3.09));
    REQUIRE(chi2 > ChiSquarePoint(df, -3.09));
    const double p = zipf.Probability(1);
    REQUIRE(first / kDraws == Approx(p).margin(4 * std::sqrt(p * (1 - p) / kDraws)));
  }
}

TEST_CASE("small ranges follow the law rank by rank") {
  constexpr int kDraws = 200'000;
  for (const double s : kExponents) {
    for (const std::uint64_t n : {2, 3, 7}) {
      CAPTURE(s, n);
      const ZipfSampler zipf(n, s);
      std::vector<double> drawn(n + 1);
      Rng rng(n);
      for (int i = 0; i < kDraws; ++i) drawn.at(zipf(rng)) += 1;
      REQUIRE(drawn[0] == 0);
      for (std::uint64_t rank = 1; rank <= n; ++rank) {
        const double p = zipf.Probability(rank);
        REQUIRE(drawn[rank] / kDraws == Approx(p).margin(4 * std::sqrt(p * (1 - p) / kDraws)));
      }
    }
  }
}

TEST_CASE("one rank is always drawn") {
  Rng rng(3);
  for (const double s : kExponents) {
    const ZipfSampler zipf(1, s);
    for (int i = 0; i < 1000; ++i) REQUIRE(zipf(rng) == 1);
    REQUIRE(zipf.Probability(1) == Approx(1));
  }
}

TEST_CASE("two to the forty ranks stay in range and reach the far half") {
  constexpr int kDraws = 300'000;
  for (const double s : {0.0, 0.55, 0.99, 1.0, 1.2, 2.68}) {
    CAPTURE(s);
    const ZipfSampler zipf(kMaxZipfRanks, s);
    Rng rng(40);
    double far = 0;
    for (int i = 0; i < kDraws; ++i) {
      const std::uint64_t rank = zipf(rng);
      REQUIRE((rank >= 1 && rank <= kMaxZipfRanks));
      far += rank > kMaxZipfRanks / 2 ? 1 : 0;
    }
    const double p = 1 - zipf.TopShare(kMaxZipfRanks / 2);
    REQUIRE(far / kDraws == Approx(p).margin(4 * std::sqrt(p / kDraws) + 1e-12));
  }
}

TEST_CASE("exponents a hair from one draw what one draws") {
  const ZipfSampler exact(kMillion, 1);
  struct Row {
    double s;
    int most;
  };
  // The same draw moves by a fraction 1e-9 * ln x * (ln n - ln x) / 2 of x, so it crosses a
  // rounding boundary in 5e-4 of draws: 50 expected, 4 deviations above that is 80. Below 1e-12,
  // none.
  for (const Row& row :
       {Row{1 - 1e-9, 80}, Row{1 + 1e-9, 80}, Row{1 - 1e-15, 1}, Row{1 + 1e-15, 1}}) {
    CAPTURE(row.s);
    const ZipfSampler near(kMillion, row.s);
    Rng rng(8);
    Rng same(8);
    int apart = 0;
    for (int i = 0; i < 100'000; ++i) apart += near(rng) == exact(same) ? 0 : 1;
    REQUIRE(apart <= row.most);
  }
}

TEST_CASE("extreme exponents and draws stay in range") {
  Rng rng(11);
  for (const double s : {1e-300, 1e-17, 1e-9, 30.0, 700.0, 1e6}) {
    for (const std::uint64_t n : {std::uint64_t{2}, kMillion, kMaxZipfRanks}) {
      CAPTURE(s, n);
      const ZipfSampler zipf(n, s);
      for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t rank = zipf(rng);
        REQUIRE((rank >= 1 && rank <= n));
        if (s > 100) REQUIRE(rank == 1);
      }
    }
  }
}

TEST_CASE("a seed draws the same ranks again") {
  const ZipfSampler zipf(kMillion, 0.99);
  Rng rng(77);
  Rng again(77);
  for (int i = 0; i < 1000; ++i) REQUIRE(zipf(rng) == zipf(again));
}

}  // namespace
}  // namespace ringlab
