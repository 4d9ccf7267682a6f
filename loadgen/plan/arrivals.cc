#include "loadgen/plan/arrivals.h"

#include <cmath>
#include <limits>
#include <utility>

#include "core/base/check.h"
#include "loadgen/plan/rate_profile.h"

namespace ringlab {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr double kNanosPerSecond = 1e9;
constexpr std::uint64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::string_view ArrivalProcessName(ArrivalProcess process) {
  return process == ArrivalProcess::kConstant ? "constant" : "poisson";
}

std::optional<ArrivalProcess> ParseArrivalProcess(std::string_view name) {
  for (const auto process : {ArrivalProcess::kConstant, ArrivalProcess::kPoisson}) {
    if (name == ArrivalProcessName(process)) return process;
  }
  return std::nullopt;
}

Arrivals::Arrivals(ArrivalProcess process, double rate, const Rng& rng)
    : process_(process), rng_(rng), now_ns_(0), mean_gap_ns_(kNanosPerSecond / rate) {
  RL_CHECK(IsRate(rate));
  if (process_ == ArrivalProcess::kPoisson) return;
  // rate = mantissa / 2^shift exactly, with a 53-bit mantissa and shift > 0 because rate <= 1e9 <
  // 2^53. So the gap is 1e9 * 2^shift / mantissa, and in units of 1 / (2 * mantissa) nanoseconds
  // half a gap, a gap and half a nanosecond (for rounding) are all whole numbers.
  int exponent = 0;
  const double scaled = std::frexp(rate, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(scaled, 53));
  const Wide half_gap = static_cast<Wide>(1'000'000'000) << (53 - exponent);
  denominator_ = 2 * mantissa;
  whole_gap_ns_ = static_cast<std::uint64_t>(2 * half_gap / denominator_);
  gap_rest_ = static_cast<std::uint64_t>(2 * half_gap % denominator_);
  const Wide first = half_gap + mantissa;
  now_ns_ = static_cast<std::uint64_t>(first / denominator_);
  rest_ = static_cast<std::uint64_t>(first % denominator_);
}

Arrivals::Arrivals(ArrivalProcess process, std::shared_ptr<const RateProfile> profile,
                   const Rng& rng)
    : process_(process), rng_(rng), now_ns_(0), mean_gap_ns_(0), profile_(std::move(profile)) {}

Duration Arrivals::NextOfProfile() {
  if (process_ == ArrivalProcess::kPoisson) {
    count_ += rng_.Exponential();
  } else {
    count_ += started_ ? 1 : 0.5;  // half a gap in, as at one rate
  }
  started_ = true;
  return profile_->TimeOf(count_);
}

Duration Arrivals::Next() {
  if (profile_) return NextOfProfile();
  if (process_ == ArrivalProcess::kPoisson) {
    AdvanceByExponentialGap();
  } else if (started_) {
    AdvanceByConstantGap();
  }
  started_ = true;
  return Duration(static_cast<std::int64_t>(now_ns_));
}

void Arrivals::AdvanceByConstantGap() {
  rest_ += gap_rest_;  // below 2 * denominator_ < 2^56
  const std::uint64_t carry = rest_ >= denominator_ ? 1 : 0;
  rest_ -= carry * denominator_;
  const bool fits = now_ns_ < kEndOfTime - whole_gap_ns_ - carry;
  now_ns_ = fits ? now_ns_ + whole_gap_ns_ + carry : kEndOfTime;
}

void Arrivals::AdvanceByExponentialGap() {
  const double gap = rng_.Exponential() * mean_gap_ns_;
  const double whole = std::floor(gap);
  if (whole >= static_cast<double>(kEndOfTime - now_ns_) - 1) {
    now_ns_ = kEndOfTime;
    return;
  }
  fraction_ns_ += gap - whole;
  const double carry = fraction_ns_ >= 1 ? 1 : 0;
  fraction_ns_ -= carry;
  now_ns_ += static_cast<std::uint64_t>(whole + carry);
}

}  // namespace ringlab
