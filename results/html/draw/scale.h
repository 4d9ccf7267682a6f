// Scale: from figures to places on an axis, with the ticks that people expect there.
//
// Pure. A place is a fraction of the axis, 0 at its beginning and 1 at its end; what lies outside
// is put at the nearer end. On a logarithmic scale that holds for what is not above 0, too.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ringlab::html {

// What a figure counts, and so how it reads: 1500000 ns is "1.50 ms", a share of 0.25 "25 %".
// kTail is 1 / (1 - p): a percentile on an axis that spreads the rare; 1000 is "99.9 %".
enum class Unit { kNanos, kSeconds, kCount, kRate, kShare, kRatio, kBytes, kTail, kPlain };

// With its unit, three or four significant digits: "1.50 ms", "10,009/s", "1.182 ×".
std::string Shown(Unit unit, double value);

// The name by which the page's script knows it.
const char* UnitName(Unit unit);

class Scale {
 public:
  enum class Kind { kLinear, kLog };

  // Ends in any order, equal or not finite ones too: the scale always has an extent. A logarithmic
  // one begins above 0.
  Scale(Kind kind, double low, double high);

  // From 0 to the next tick that is not below `high`.
  static Scale FromZero(double high);
  // Whole decades, or whole ticks of 1, 2, 5 where the figures span less than two.
  static Scale Decades(double low, double high);

  double PlaceOf(double value) const;
  Kind kind() const { return kind_; }
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  Kind kind_;
  double low_;
  double high_;
};

struct Tick {
  double value = 0;
  std::string label;
};

// About so many, never more than twice that: steps of 1, 2 or 5 times a power of ten, or of a
// minute and an hour for seconds; on a logarithmic scale decades, with 2 and 5 where there are few.
std::vector<Tick> TicksOf(const Scale& scale, Unit unit, std::size_t wanted);

}  // namespace ringlab::html
