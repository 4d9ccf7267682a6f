#include "results/html/draw/scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "results/html/draw/markup.h"
#include "results/text/text_format.h"

namespace ringlab::html {

namespace {

constexpr double kTiny = 1e-12;
constexpr double kLargest = 1e300;  // so that no difference overflows
constexpr double kLogLowest = 1e-15;
constexpr std::size_t kTicksMax = 100;

double PowerOfTen(double value) { return std::pow(10.0, std::floor(std::log10(value) + kTiny)); }

// The least of 1, 2, 5 x 10^k that is not below `least`.
double NiceStep(double least) {
  const double power = PowerOfTen(least);
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

double StepOf(const Scale& scale, Unit unit, std::size_t wanted) {
  const double least = (scale.high() - scale.low()) / static_cast<double>(wanted);
  if (unit == Unit::kCount) return std::max(1.0, NiceStep(least));
  if (unit != Unit::kSeconds || least <= 10) return NiceStep(least);
  for (const double step : {15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0}) {
    if (step >= least) return step;
  }
  return 3600 * NiceStep(least / 3600);
}

std::string Clock(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return Format("%lld:%02lld", whole / 60LL, whole % 60LL);
  return Format("%lld:%02lld:%02lld", whole / 3600LL, whole / 60LL % 60LL, whole % 60LL);
}

std::string Grouped(double value, int decimals) {
  if (std::abs(value) < 1e3 || std::abs(value) >= 1e18) return Decimal(value, decimals);
  return (value < 0 ? "-" : "") + Count(static_cast<std::uint64_t>(std::llround(std::abs(value))));
}

// As short as it says all of the tick: "2 ms", "50 %".
std::string TickLabel(Unit unit, double value, double high) {
  switch (unit) {
    case Unit::kNanos:
      for (const auto& [size, name] : {std::pair(1e9, " s"), {1e6, " ms"}, {1e3, " µs"}}) {
        if (value >= size * (1 - kTiny)) return Decimal(value / size, 3) + name;
      }
      return value == 0 ? "0" : Decimal(value, 3) + " ns";
    case Unit::kSeconds: return high > 180 ? Clock(value) : Decimal(value, 3);
    case Unit::kShare:
      return (value > 0 && value < 1e-6 ? Format("%.3g", 100 * value) : Decimal(100 * value, 6)) +
             " %";
    case Unit::kRatio: return Decimal(value, 4) + " ×";
    case Unit::kBytes:
    case Unit::kTail: return Shown(unit, value);
    case Unit::kCount:
    case Unit::kRate:
    case Unit::kPlain:
      if (value >= 1e6) return Decimal(value / 1e6, 3) + " M";
      return Grouped(value, 6);
  }
  return "";
}

std::string Bytes(double value) {
  constexpr std::array<const char*, 5> kNames{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t at = 0;
  for (; value >= 1024 && at + 1 < kNames.size(); ++at) value /= 1024;
  return Format(at == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, kNames[at]);
}

std::vector<double> LogTicks(const Scale& scale, std::size_t wanted) {
  const double decades = std::log10(scale.high() / scale.low());
  const bool few = decades < static_cast<double>(wanted) / 2;
  const auto every = static_cast<int>(std::ceil(decades / static_cast<double>(2 * wanted) + kTiny));
  const double reach = 1 + 1e-9;
  std::vector<double> ticks;
  int decade = 0;
  for (double power = PowerOfTen(scale.low()); power <= scale.high() * reach;
       power *= 10, ++decade) {
    if (decade % std::max(1, every) != 0) continue;
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * power;
      if (factor > 1 && !few) break;
      if (value * reach >= scale.low() && value <= scale.high() * reach) ticks.push_back(value);
    }
    if (ticks.size() > kTicksMax) break;
  }
  return ticks;
}

}  // namespace

std::string Shown(Unit unit, double value) {
  if (!std::isfinite(value)) return "–";
  switch (unit) {
    case Unit::kNanos: {
      if (std::abs(value) < 100 && value != std::floor(value)) return Format("%.3g ns", value);
      std::string text = Time(std::clamp(value, -9e18, 9e18));
      if (text.ends_with(" us")) text.replace(text.size() - 2, 2, "µs");
      return text;
    }
    case Unit::kSeconds: return value < 180 ? Format("%.4g s", value) : Clock(value);
    case Unit::kCount: return Grouped(value, 0);
    case Unit::kRate: return Rate(std::max(0.0, value)) + "/s";
    case Unit::kShare: {
      const double size = std::abs(value);
      if (size == 0) return "0 %";  // nothing at all, not a share that was rounded
      return Format(size >= 0.01   ? "%.2f %%"
                    : size >= 1e-4 ? "%.3f %%"
                    : size >= 1e-6 ? "%.5f %%"
                                   : "%.2g %%",
                    100 * value);
    }
    case Unit::kRatio: return Format("%.3f ×", value);
    case Unit::kBytes: return Bytes(value);
    case Unit::kTail: return Format("%.8g %%", value > 1 ? 100 - 100 / value : 0.0);
    case Unit::kPlain: return std::abs(value) < 1e3 ? Format("%.4g", value) : Grouped(value, 0);
  }
  return "";
}

const char* UnitName(Unit unit) {
  switch (unit) {
    case Unit::kNanos: return "ns";
    case Unit::kSeconds: return "s";
    case Unit::kCount: return "count";
    case Unit::kRate: return "rate";
    case Unit::kShare: return "share";
    case Unit::kRatio: return "ratio";
    case Unit::kBytes: return "bytes";
    case Unit::kTail: return "tail";
    case Unit::kPlain: return "plain";
  }
  return "";
}

Scale::Scale(Kind kind, double low, double high) : kind_(kind), low_(low), high_(high) {
  if (!std::isfinite(low_)) low_ = 0;
  if (!std::isfinite(high_)) high_ = low_;
  low_ = std::clamp(low_, -kLargest, kLargest);
  high_ = std::clamp(high_, -kLargest, kLargest);
  if (low_ > high_) std::swap(low_, high_);
  if (kind_ == Kind::kLog) {
    low_ = std::max(low_, kLogLowest);
    high_ = std::max(high_, low_);
    if (high_ <= low_ * (1 + 1e-9)) high_ = low_ * 10;
  } else if (high_ - low_ <= kTiny * std::max(1.0, std::abs(high_))) {
    high_ = low_ + std::max(1.0, std::abs(low_));
  }
}

Scale Scale::FromZero(double high) {
  if (!std::isfinite(high) || high <= 0) return {Kind::kLinear, 0, 1};
  const double step = NiceStep(high / 5);
  return {Kind::kLinear, 0, step * std::ceil(high / step - 1e-9)};
}

Scale Scale::Decades(double low, double high) {
  const Scale given(Kind::kLog, low, high);
  const double floor = PowerOfTen(given.low());
  if (given.high() / given.low() >= 100) {
    return {Kind::kLog, floor, std::pow(10.0, std::ceil(std::log10(given.high()) - kTiny))};
  }
  double begin = floor;
  for (const double factor : {2.0, 5.0}) {
    if (factor * floor <= given.low()) begin = factor * floor;
  }
  return {Kind::kLog, begin, NiceStep(given.high())};
}

double Scale::PlaceOf(double value) const {
  if (std::isnan(value)) return 0;
  if (kind_ == Kind::kLinear) return std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
  if (!(value > low_)) return 0;
  return std::min(1.0, std::log(value / low_) / std::log(high_ / low_));
}

std::vector<Tick> TicksOf(const Scale& scale, Unit unit, std::size_t wanted) {
  std::vector<double> values;
  if (scale.kind() == Scale::Kind::kLog) {
    values = LogTicks(scale, wanted);
  } else {
    const double step = StepOf(scale, unit, wanted);
    const double first = std::ceil(scale.low() / step - 1e-9);
    for (std::size_t i = 0; i <= kTicksMax; ++i) {
      const double value = step * (first + static_cast<double>(i));
      if (value > scale.high() + step * 1e-6) break;
      values.push_back(value);
    }
  }
  std::vector<Tick> ticks;
  for (const double value : values) ticks.push_back({value, TickLabel(unit, value, scale.high())});
  return ticks;
}

}  // namespace ringlab::html
