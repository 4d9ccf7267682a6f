// BackoffWait: how long to wait before trying again what has failed n times.
//
// first * factor^n, never more than `longest`, then shortened by a random part of up to `jitter`,
// so that those who failed together do not come back together (M. Brooker, "Exponential Backoff And
// Jitter", AWS Architecture Blog, 2015). The random part comes from the caller's Rng. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "core/base/random.h"
#include "core/base/time.h"

namespace ringlab {

struct BackoffOptions {
  Duration first = std::chrono::seconds(1);
  Duration longest = std::chrono::seconds(30);
  double factor = 2;    // >= 1
  double jitter = 0.5;  // in [0, 1]: the part of a wait that chance may take away
};

// `failures` before this wait, from 0.
inline Duration BackoffWait(const BackoffOptions& options, std::uint32_t failures, Rng& rng) {
  const double longest = static_cast<double>(options.longest.count());
  const double grown =
      static_cast<double>(options.first.count()) * std::pow(options.factor, failures);
  const double wait = std::min(grown, longest) * (1 - options.jitter * rng.Uniform());
  return Duration(static_cast<Duration::rep>(wait));
}

}  // namespace ringlab
