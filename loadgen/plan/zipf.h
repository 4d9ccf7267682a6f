// Zipf popularity: rank k of n is asked for with probability k^-s / H(n, s), for any s >= 0.
//
// Sampling is rejection-inversion (W. Hörmann and G. Derflinger, "Rejection-inversion to generate
// variates from monotone discrete distributions", ACM TOMACS 6(3), 1996) with the integral of the
// hat shifted as Apache Commons RNG does, (x^(1-s) - 1) / (1-s), whose limit at s = 1 is ln x. So
// s = 1 is legal and its neighbours lose no precision. Set-up is O(1) and there is no table; about
// one uniform draw a sample.
//
// Ranks come from the C library's exp and log: one seed gives one sequence on one C library and
// kind of processor. Elsewhere a last-digit difference may move a rank by one, rarely.
#pragma once

#include <cstdint>

#include "core/base/random.h"

namespace ringlab {

// n never exceeds this: ranks, and n + 1/2, stay exact in a double.
inline constexpr std::uint64_t kMaxZipfRanks = std::uint64_t{1} << 40;

// Generalised harmonic number: the sum of k^-s for k in [1, n]; 0 for n = 0. Relative error below
// 1e-12. The first thousand terms are added up, the rest follows by Euler-Maclaurin, so the cost
// does not grow with n. n <= kMaxZipfRanks, s >= 0 and finite.
double HarmonicNumber(std::uint64_t n, double s);

// Immutable once built, so any number of threads may share one, each with its own Rng.
class ZipfSampler {
 public:
  // n in [1, kMaxZipfRanks]; s >= 0 and finite (0 is uniform). Anything else is the caller's bug.
  ZipfSampler(std::uint64_t n, double s);

  // A rank in [1, n]; 1 is the most popular.
  std::uint64_t operator()(Rng& rng) const;

  // The probability of a rank in [1, n].
  double Probability(std::uint64_t rank) const;

  // The probability of the `ranks` most popular ones together; ranks <= n.
  double TopShare(std::uint64_t ranks) const;

  // Sum of squared probabilities: the chance that two requests ask for the same key.
  double CollisionProbability() const;

  std::uint64_t n() const { return n_; }
  double s() const { return s_; }

 private:
  double HatIntegral(double log_x) const;  // at x, given its logarithm
  double HatIntegralInverse(double u) const;
  std::uint64_t Nearest(double x) const;  // rounded, then clamped into [1, n]

  std::uint64_t n_;
  double s_;
  double one_minus_s_;
  double inverse_one_minus_s_;  // unused at s = 1
  double harmonic_;             // H(n, s)
  double integral_low_;         // where the uniform draw starts: the hat at 3/2 less rank 1's mass
  double integral_high_;        // and ends: the hat at n + 1/2
  double sure_gap_;             // rank - x at or below this accepts without evaluating the hat
};

}  // namespace ringlab
