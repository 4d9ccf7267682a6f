// RateProfile: a rate of arrivals that changes with time, and where each arrival of it is due.
//
//   ramp:1k..20k@60s            from one rate to another, then on at that one
//   step:1k..20k/1k@10s         a rate after another, 10 s each; ",mirror": and back down again;
//                               ",shuffled": in an order that the seed decides, so that what
//                               changes with time is not taken for what changes with the rate
//   sine:10k+-5k/30s            around a mean, with a period
//   spike:5k,50k@10s+2s         another rate from 10 s on, for 2 s
//   points:0s=1k,10s=5k,…       straight lines between points
//
// An arrival is the whole or half number at which the integral of the rate arrives there: a process
// of rate 1 in operational time (Cinlar 1975, Introduction to Stochastic Processes: inversion), so
// that constant arrivals come out evenly spread over a changing rate, and a Poisson process becomes
// the Poisson process of that rate.
//
// Times are offsets from the start of the profile. Immutable, so thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

// A named stretch of a profile whose figures are told apart.
struct ProfilePhase {
  std::string name;  // "phase3", as bounds name it
  std::string what;  // "3000/s", "1000 to 2900/s", "spike"
  Duration from{};
  Duration to{};
  double requests = 0;  // as planned
};

class RateProfile {
 public:
  static constexpr std::size_t kPhasesMax = 100;

  // As long as `duration`: the last rate goes on to there, a sine repeats. Without one (0) as long
  // as the text says, which for a sine is a period. INVALID_ARGUMENT, with the text and what is
  // accepted, for a text that is none of the above, for a rate below 0 or above 1e9, for one that
  // is 0 all the time, for more than kPhasesMax phases.
  static Result<RateProfile> Parse(std::string_view text, std::uint64_t seed, Duration duration);

  // This one after a stretch at the rate that it begins with, which is no phase.
  RateProfile After(Duration lead) const;

  Duration length() const;
  // A second, at this time.
  double RateAt(Duration at) const;
  // The integral of the rate until this time.
  double CountAt(Duration at) const;
  // The first time at which the integral is `count`, rounded to the nanosecond; Duration::max()
  // when it never is.
  Duration TimeOf(double count) const;

  // One after another. A ramp is cut into ten, a sine into its half periods.
  std::vector<ProfilePhase> phases() const;
  double peak_qps() const;  // of the phases' beginnings, middles and ends
  const std::string& text() const { return text_; }

 private:
  // Rates in a straight line or, with a half period, along half a period of a sine.
  struct Piece {
    double from_s = 0;
    double seconds = 0;
    double from_qps = 0;  // of a sine: its mean
    double to_qps = 0;
    double amplitude = 0;      // of a sine, negative below its mean
    double half_period_s = 0;  // of a sine
    double count = 0;          // the integral before it
    std::string what = {};     // "" when it is no phase

    double RateAt(double s) const;   // s from its beginning
    double CountAt(double s) const;  // likewise, of itself
    double TimeOf(double own_count) const;
  };
  class Parser;

  void Append(Piece piece);
  const Piece& PieceAt(double s) const;

  std::string text_;
  std::vector<Piece> pieces_;  // one at least, without gaps
};

}  // namespace ringlab
