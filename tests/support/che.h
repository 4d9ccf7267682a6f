// Che's approximation (H. Che, Y. Tung, Z. Wang, 2002): the hit ratio of LRU when every request is
// drawn on its own by fixed chances.
#pragma once

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace ringlab {

// The probability of each of so many keys, the most popular first.
inline std::vector<double> ZipfChances(std::size_t keys, double s) {
  std::vector<double> p(keys);
  for (std::size_t k = 0; k < keys; ++k) p[k] = std::pow(static_cast<double>(k + 1), -s);
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (double& each : p) each /= sum;
  return p;
}

// T with sum over keys of 1 - exp(-p T) = capacity, by bisection.
inline double CheTime(const std::vector<double>& p, double capacity) {
  double low = 0;
  double high = 1e9;
  for (int i = 0; i < 200; ++i) {
    const double t = (low + high) / 2;
    double filled = 0;
    for (const double each : p) filled -= std::expm1(-each * t);
    (filled < capacity ? low : high) = t;
  }
  return low;
}

// Of requests for these keys: where `p` is a part of all keys, with T of that part.
inline double CheHitRatio(const std::vector<double>& p, double t) {
  double hits = 0;
  double all = 0;
  for (const double each : p) {
    hits -= each * std::expm1(-each * t);
    all += each;
  }
  return hits / all;
}

}  // namespace ringlab
