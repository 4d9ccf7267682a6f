#include "loadgen/plan/zipf.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace ringlab {
namespace {

// Terms added one by one. Euler-Maclaurin's first neglected term is below 1e-14 of the sum here.
constexpr std::uint64_t kSummedTerms = 1000;

double Power(double x, double s) { return std::exp(-s * std::log(x)); }

// The integral of x^-s from a to b, accurate at and around s = 1.
double PowerIntegral(double a, double b, double s) {
  const double log_ratio = std::log(b / a);
  if (s == 1) return log_ratio;
  const double one_minus_s = 1 - s;
  return std::exp(one_minus_s * std::log(a)) * std::expm1(one_minus_s * log_ratio) / one_minus_s;
}

// Euler-Maclaurin's corrections at an end x of the sum of f = x^-s: f / 2 + sign * f' / 12, where
// `sign` is +1 at the upper end and -1 at the lower.
double EndCorrection(double x, double s, double sign) {
  const double f = Power(x, s);
  return f / 2 - sign * s * f / x / 12;
}

}  // namespace

double HarmonicNumber(std::uint64_t n, double s) {
  RL_CHECK(n <= kMaxZipfRanks);
  RL_CHECK(s >= 0 && std::isfinite(s));
  if (s == 0) return static_cast<double>(n);
  const std::uint64_t summed = std::min(n, kSummedTerms);
  double sum = 0;
  for (std::uint64_t k = summed; k >= 1; --k) sum += Power(static_cast<double>(k), s);
  if (n == summed) return sum;
  const auto low = static_cast<double>(summed);
  const auto high = static_cast<double>(n);
  const double rest = PowerIntegral(low, high, s) + EndCorrection(high, s, 1) +
                      EndCorrection(low, s, -1) - Power(low, s);  // `low` is in the sum already
  return sum + rest;
}

ZipfSampler::ZipfSampler(std::uint64_t n, double s)
    : n_(n),
      s_(s),
      one_minus_s_(1 - s),
      inverse_one_minus_s_(s == 1 ? 0 : 1 / one_minus_s_),
      harmonic_(HarmonicNumber(n, s)),
      integral_low_(HatIntegral(std::log(1.5)) - 1),
      integral_high_(HatIntegral(std::log(static_cast<double>(n) + 0.5))),
      sure_gap_(2 - HatIntegralInverse(HatIntegral(std::log(2.5)) - Power(2, s))) {
  RL_CHECK(n >= 1);
}

double ZipfSampler::HatIntegral(double log_x) const {
  // expm1 keeps full precision however small 1 - s is; only 1 itself needs its limit.
  if (s_ == 1) return log_x;
  return std::expm1(one_minus_s_ * log_x) * inverse_one_minus_s_;
}

double ZipfSampler::HatIntegralInverse(double u) const {
  if (s_ == 1) return std::exp(u);
  return std::exp(std::log1p(u * one_minus_s_) * inverse_one_minus_s_);
}

std::uint64_t ZipfSampler::Nearest(double x) const {
  // Clamped before the cast, which would overflow. For s > 1 the hat's integral has a limit; where
  // rounding carries u to it or past it, x is infinite or no number, and both must end at n.
  if (!(x < static_cast<double>(n_))) return n_;
  return x < 1.5 ? 1 : static_cast<std::uint64_t>(x + 0.5);
}

std::uint64_t ZipfSampler::operator()(Rng& rng) const {
  if (s_ == 0) return 1 + rng.Below(n_);  // exactly uniform, and cheaper
  for (;;) {
    // UniformPositive, because the low end belongs to rank 1 and the high end is left out.
    const double u = integral_high_ + rng.UniformPositive() * (integral_low_ - integral_high_);
    const double x = HatIntegralInverse(u);
    const std::uint64_t rank = Nearest(x);
    const auto k = static_cast<double>(rank);
    if (k - x <= sure_gap_) return rank;
    if (u >= HatIntegral(std::log(k + 0.5)) - Power(k, s_)) return rank;
  }
}

double ZipfSampler::Probability(std::uint64_t rank) const {
  RL_CHECK(rank >= 1 && rank <= n_);
  return Power(static_cast<double>(rank), s_) / harmonic_;
}

double ZipfSampler::TopShare(std::uint64_t ranks) const {
  RL_CHECK(ranks <= n_);
  return ranks == n_ ? 1 : HarmonicNumber(ranks, s_) / harmonic_;
}

double ZipfSampler::CollisionProbability() const {
  return HarmonicNumber(n_, 2 * s_) / (harmonic_ * harmonic_);
}

}  // namespace ringlab
