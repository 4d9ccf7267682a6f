#include "results/html/draw/scale.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace ringlab::html {
namespace {

std::vector<std::string> LabelsOf(const std::vector<Tick>& ticks) {
  std::vector<std::string> labels;
  for (const Tick& tick : ticks) labels.push_back(tick.label);
  return labels;
}

TEST_CASE("places run from 0 to 1 and what is outside is put at the end") {
  const Scale linear(Scale::Kind::kLinear, 10, 20);
  CHECK(linear.PlaceOf(10) == 0);
  CHECK(linear.PlaceOf(15) == 0.5);
  CHECK(linear.PlaceOf(99) == 1);
  CHECK(linear.PlaceOf(-99) == 0);
  const Scale log(Scale::Kind::kLog, 1, 1e4);
  CHECK(log.PlaceOf(100) == Approx(0.5));
  CHECK(log.PlaceOf(0) == 0);
  CHECK(log.PlaceOf(-3) == 0);
  CHECK(log.PlaceOf(1e9) == 1);
}

TEST_CASE("a scale has an extent whatever it is given") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const auto kind : {Scale::Kind::kLinear, Scale::Kind::kLog}) {
    for (const auto& [low, high] : {std::pair(0.0, 0.0),
                                    {5.0, 5.0},
                                    {9.0, 1.0},
                                    {kNan, kNan},
                                    {-kInfinity, kInfinity},
                                    {1e300, 1e300}}) {
      const Scale scale(kind, low, high);
      CHECK(scale.low() < scale.high());
      CHECK(std::isfinite(scale.PlaceOf(low)));
      CHECK(TicksOf(scale, Unit::kPlain, 5).size() <= 101);
    }
  }
}

TEST_CASE("linear ticks are steps of 1 2 or 5") {
  CHECK(LabelsOf(TicksOf(Scale::FromZero(9), Unit::kCount, 5)) ==
        std::vector<std::string>{"0", "2", "4", "6", "8", "10"});
  CHECK(LabelsOf(TicksOf({Scale::Kind::kLinear, 0, 1}, Unit::kShare, 5)) ==
        std::vector<std::string>{"0 %", "20 %", "40 %", "60 %", "80 %", "100 %"});
  CHECK(LabelsOf(TicksOf({Scale::Kind::kLinear, 0, 3}, Unit::kCount, 8)) ==
        std::vector<std::string>{"0", "1", "2", "3"});
}

TEST_CASE("time has ticks of clocks") {
  CHECK(LabelsOf(TicksOf({Scale::Kind::kLinear, 0, 60}, Unit::kSeconds, 6)) ==
        std::vector<std::string>{"0", "10", "20", "30", "40", "50", "60"});
  CHECK(LabelsOf(TicksOf({Scale::Kind::kLinear, 0, 3600}, Unit::kSeconds, 6)) ==
        std::vector<std::string>{"0:00", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00"});
}

TEST_CASE("logarithmic ticks are decades with 2 and 5 where there are few") {
  CHECK(LabelsOf(TicksOf({Scale::Kind::kLog, 1e5, 1e8}, Unit::kNanos, 5)) ==
        std::vector<std::string>{"100 µs", "1 ms", "10 ms", "100 ms"});
  CHECK(LabelsOf(TicksOf({Scale::Kind::kLog, 1, 10}, Unit::kRatio, 5)) ==
        std::vector<std::string>{"1 ×", "2 ×", "5 ×", "10 ×"});
}

TEST_CASE("scales that begin at nice places hold what they were made for") {
  CHECK(Scale::FromZero(801).high() == 1000);
  CHECK(Scale::FromZero(0).high() == 1);
  CHECK(Scale::Decades(3e5, 9e7).low() == Approx(1e5));
  CHECK(Scale::Decades(3e5, 9e7).high() == Approx(1e8));
  CHECK(Scale::Decades(3, 4).low() == Approx(2));
  CHECK(Scale::Decades(3, 4).high() == Approx(5));
  rc::check("any figures", [] {
    const double low = std::pow(10.0, *rc::gen::inRange(-60, 90) / 10.0);
    const double high = low * std::pow(10.0, *rc::gen::inRange(0, 60) / 10.0);
    const Scale scale = Scale::Decades(low, high);
    RC_ASSERT(scale.low() <= low * (1 + 1e-9));
    RC_ASSERT(scale.high() >= high * (1 - 1e-9));
    const std::size_t wanted = *rc::gen::inRange<std::size_t>(3, 10);
    const std::vector<Tick> ticks = TicksOf(scale, Unit::kPlain, wanted);
    RC_ASSERT(!ticks.empty());
    for (std::size_t i = 1; i < ticks.size(); ++i) RC_ASSERT(ticks[i - 1].value < ticks[i].value);
  });
}

TEST_CASE("figures read with their unit") {
  CHECK(Shown(Unit::kNanos, 1.5e6) == "1.50 ms");
  CHECK(Shown(Unit::kNanos, 12'300) == "12.3 µs");
  CHECK(Shown(Unit::kNanos, 5.789) == "5.79 ns");
  CHECK(Shown(Unit::kCount, 300'123) == "300,123");
  CHECK(Shown(Unit::kRate, 10'009) == "10,009/s");
  CHECK(Shown(Unit::kShare, 0.2774) == "27.74 %");
  CHECK(Shown(Unit::kShare, 0.00012) == "0.012 %");
  CHECK(Shown(Unit::kRatio, 1.182) == "1.182 ×");
  CHECK(Shown(Unit::kBytes, 1536) == "1.5 KiB");
  CHECK(Shown(Unit::kSeconds, 3725) == "1:02:05");
  CHECK(Shown(Unit::kPlain, 15490.4) == "15,490");
  CHECK(Shown(Unit::kPlain, 0.08119) == "0.08119");
  CHECK(Shown(Unit::kTail, 1000) == "99.9 %");
  CHECK(Shown(Unit::kNanos, std::numeric_limits<double>::quiet_NaN()) == "–");
  CHECK(Shown(Unit::kCount, 1e300).find("inf") == std::string::npos);
}

}  // namespace
}  // namespace ringlab::html
