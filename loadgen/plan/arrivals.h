// Arrivals: when each request of an open-loop run is meant to start.
//
// A schedule of times, not a permission to send: whoever sends late is late against this, however
// the server or the sender behaves. Times are offsets from the start of the run and never decrease.
//
//   constant  request k is due at (k + 1/2) / rate, rounded to the nearest nanosecond, exactly: the
//             gap is a fraction carried in integers, so nothing drifts. It begins half a gap in, so
//             a run holds rate x duration requests and runs placed end to end keep the gap.
//   poisson   exponential gaps of mean 1 / rate; the sum carries its fraction of a nanosecond apart
//             from the whole ones, so late times are as precise as early ones.
//
// Either may follow a RateProfile: then these are the laws of the profile's count, not of time.
//
// Not thread-safe. Copy one to replay it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/random.h"
#include "core/base/time.h"

namespace ringlab {

enum class ArrivalProcess : std::uint8_t { kConstant, kPoisson };

// "constant" or "poisson", as on the command line and in reports.
std::string_view ArrivalProcessName(ArrivalProcess process);
std::optional<ArrivalProcess> ParseArrivalProcess(std::string_view name);

class RateProfile;

class Arrivals {
 public:
  // Arrivals a second: one in 31 years, to one a nanosecond.
  static constexpr double kMinRate = 1e-9;
  static constexpr double kMaxRate = 1e9;
  static constexpr bool IsRate(double rate) { return rate >= kMinRate && rate <= kMaxRate; }

  // IsRate(rate), or it is the caller's bug. A constant process draws nothing from `rng`.
  Arrivals(ArrivalProcess process, double rate, const Rng& rng);
  // At the profile's rates, until its end.
  Arrivals(ArrivalProcess process, std::shared_ptr<const RateProfile> profile, const Rng& rng);

  // The next intended time; Duration::max() for ever once the line of time ends (in 292 years), or
  // the profile.
  Duration Next();

 private:
  void AdvanceByConstantGap();
  void AdvanceByExponentialGap();
  Duration NextOfProfile();

  ArrivalProcess process_;
  Rng rng_;
  bool started_ = false;  // constant: the first time is set up by the constructor
  std::uint64_t now_ns_;  // whole nanoseconds, already rounded

  // Constant: the gap is whole_gap_ns_ + gap_rest_ / denominator_; rest_ / denominator_ is carried.
  std::uint64_t whole_gap_ns_ = 0;
  std::uint64_t gap_rest_ = 0;
  std::uint64_t denominator_ = 1;
  std::uint64_t rest_ = 0;

  // Poisson.
  double mean_gap_ns_;
  double fraction_ns_ = 0.5;  // starts at a half, so that whole nanoseconds round to nearest

  std::shared_ptr<const RateProfile> profile_;
  double count_ = 0;  // of its integral
};

}  // namespace ringlab
