#include "loadgen/plan/rate_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr double kNanos = 1e9;
constexpr int kRootSteps = 60;

Duration FromSeconds(double s) { return Duration(std::llround(s * kNanos)); }

}  // namespace

double RateProfile::Piece::RateAt(double s) const {
  if (amplitude != 0) return from_qps + amplitude * std::sin(std::numbers::pi * s / half_period_s);
  return from_qps + (to_qps - from_qps) * s / seconds;
}

double RateProfile::Piece::CountAt(double s) const {
  if (amplitude != 0) {
    const double wave = 1 - std::cos(std::numbers::pi * s / half_period_s);
    return from_qps * s + amplitude * half_period_s / std::numbers::pi * wave;
  }
  return s * (from_qps + (to_qps - from_qps) * s / seconds / 2);
}

double RateProfile::Piece::TimeOf(double own_count) const {
  if (amplitude == 0) {
    // The quadratic's root without the difference of two that are nearly equal.
    const double slope = (to_qps - from_qps) / seconds;
    const double root = std::sqrt(std::max(0.0, from_qps * from_qps + 2 * slope * own_count));
    return own_count == 0 ? 0 : std::min(seconds, 2 * own_count / (from_qps + root));
  }
  // Newton's steps, halved where they leave the bracket: the integral never falls.
  double low = 0;
  double high = seconds;
  double s = seconds / 2;
  for (int step = 0; step < kRootSteps; ++step) {
    const double off = CountAt(s) - own_count;
    (off < 0 ? low : high) = s;
    const double rate = RateAt(s);
    const double next = rate > 0 ? s - off / rate : low;
    const double inside = next > low && next < high ? next : (low + high) / 2;
    if (std::abs(inside - s) < 1e-12 * seconds) return inside;
    s = inside;
  }
  return s;
}

void RateProfile::Append(Piece piece) {
  if (!pieces_.empty()) {
    const Piece& last = pieces_.back();
    piece.from_s = last.from_s + last.seconds;
    piece.count = last.count + last.CountAt(last.seconds);
  }
  pieces_.push_back(std::move(piece));
}

RateProfile RateProfile::After(Duration lead) const {
  RateProfile profile;
  profile.text_ = text_;
  const double begins_at = pieces_.front().RateAt(0);
  if (lead > Duration::zero()) {
    profile.Append({.seconds = Seconds(lead), .from_qps = begins_at, .to_qps = begins_at});
  }
  for (const Piece& piece : pieces_) profile.Append(piece);
  return profile;
}

Duration RateProfile::length() const {
  return FromSeconds(pieces_.back().from_s + pieces_.back().seconds);
}

const RateProfile::Piece& RateProfile::PieceAt(double s) const {
  const auto after = std::ranges::upper_bound(pieces_, s, {}, &Piece::from_s);
  return after == pieces_.begin() ? pieces_.front() : *(after - 1);
}

double RateProfile::RateAt(Duration at) const {
  const double s = Seconds(at);
  const Piece& piece = PieceAt(s);
  return piece.RateAt(std::min(s - piece.from_s, piece.seconds));
}

double RateProfile::CountAt(Duration at) const {
  const double s = Seconds(at);
  const Piece& piece = PieceAt(s);
  return piece.count + piece.CountAt(std::min(s - piece.from_s, piece.seconds));
}

Duration RateProfile::TimeOf(double count) const {
  const auto after = std::ranges::upper_bound(pieces_, count, {}, &Piece::count);
  const Piece& piece = after == pieces_.begin() ? pieces_.front() : *(after - 1);
  const double own = count - piece.count;
  if (own > piece.CountAt(piece.seconds)) return Duration::max();
  return FromSeconds(piece.from_s + piece.TimeOf(own));
}

std::vector<ProfilePhase> RateProfile::phases() const {
  std::vector<ProfilePhase> phases;
  for (const Piece& piece : pieces_) {
    if (piece.what.empty()) continue;
    phases.push_back({.name = "phase" + std::to_string(phases.size() + 1),
                      .what = piece.what,
                      .from = FromSeconds(piece.from_s),
                      .to = FromSeconds(piece.from_s + piece.seconds),
                      .requests = piece.CountAt(piece.seconds)});
  }
  return phases;
}

double RateProfile::peak_qps() const {
  double peak = 0;
  for (const Piece& piece : pieces_) {
    for (const double part : {0.0, 0.5, 1.0}) {
      peak = std::max(peak, piece.RateAt(part * piece.seconds));
    }
  }
  return peak;
}

}  // namespace ringlab
