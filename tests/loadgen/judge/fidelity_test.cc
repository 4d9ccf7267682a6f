#include "loadgen/judge/fidelity.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/base/random.h"

namespace ringlab {
namespace {

constexpr double kRate = 1000;

std::vector<Duration> Schedule(ArrivalProcess process, int count, std::uint64_t seed) {
  Arrivals arrivals(process, kRate, Rng(seed));
  std::vector<Duration> times;
  times.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) times.push_back(arrivals.Next());
  return times;
}

double Distance(std::vector<Duration> sent, ArrivalProcess process) {
  const auto fidelity = MeasureFidelity(std::move(sent), process, kRate);
  REQUIRE(fidelity.has_value());
  return fidelity->distance;
}

TEST_CASE("a perfect schedule is faithful") {
  REQUIRE(Distance(Schedule(ArrivalProcess::kConstant, 1000, 1), ArrivalProcess::kConstant) == 0);
  REQUIRE(Distance(Schedule(ArrivalProcess::kPoisson, 100'000, 1), ArrivalProcess::kPoisson) <
          1.95 / std::sqrt(100'000));  // 99.9 % point of Kolmogorov's law
}

TEST_CASE("the wrong process is far away") {
  // Constant gaps against the exponential law: 1 - 1/e below the mean and 1/e above it.
  REQUIRE(Distance(Schedule(ArrivalProcess::kConstant, 1000, 1), ArrivalProcess::kPoisson) ==
          Approx(1 - std::exp(-1)).margin(1e-6));
  // Exponential gaps against constant ones: e^-0.9 of them are longer than 0.9, 1 - e^-0.9 shorter.
  REQUIRE(Distance(Schedule(ArrivalProcess::kPoisson, 100'000, 1), ArrivalProcess::kConstant) ==
          Approx(1 - std::exp(-0.9)).margin(0.007));
}

TEST_CASE("bursts show") {
  // Twenty sends at once every 20 ms, as a coarse timer makes of 1000 a second.
  std::vector<Duration> sent;
  sent.reserve(2000);
  for (int i = 0; i < 2000; ++i) sent.push_back(std::chrono::milliseconds(20 * (i / 20)));
  REQUIRE(Distance(sent, ArrivalProcess::kPoisson) == Approx(0.95).margin(0.001));
  REQUIRE(Distance(sent, ArrivalProcess::kConstant) == Approx(0.95).margin(0.001));
}

TEST_CASE("half the rate shows") {
  std::vector<Duration> sent = Schedule(ArrivalProcess::kPoisson, 100'000, 3);
  for (Duration& time : sent) time *= 2;
  // The largest gap between e^-x and e^-x/2 is at x = 2 ln 2 and measures 1/4.
  REQUIRE(Distance(sent, ArrivalProcess::kPoisson) == Approx(0.25).margin(0.006));
}

TEST_CASE("gaps within a tenth are constant enough") {
  std::vector<Duration> sent = Schedule(ArrivalProcess::kConstant, 1001, 1);
  for (std::size_t i = 0; i < sent.size(); i += 2) sent[i] += std::chrono::microseconds(99);
  REQUIRE(Distance(sent, ArrivalProcess::kConstant) == 0);
  for (std::size_t i = 0; i < sent.size(); i += 2) sent[i] += std::chrono::microseconds(2);
  REQUIRE(Distance(sent, ArrivalProcess::kConstant) == 0.5);
}

TEST_CASE("order does not matter and too few sends measure nothing") {
  std::vector<Duration> sent = Schedule(ArrivalProcess::kPoisson, 1000, 5);
  const double forward = Distance(sent, ArrivalProcess::kPoisson);
  std::reverse(sent.begin(), sent.end());
  REQUIRE(Distance(sent, ArrivalProcess::kPoisson) == forward);
  REQUIRE_FALSE(MeasureFidelity({}, ArrivalProcess::kPoisson, kRate).has_value());
  REQUIRE_FALSE(MeasureFidelity({Duration(1)}, ArrivalProcess::kConstant, kRate).has_value());
  REQUIRE(MeasureFidelity({Duration(1), Duration(2)}, ArrivalProcess::kConstant, kRate)->gaps == 1);
}

TEST_CASE("Kolmogorov p-values are the tabled ones") {
  // Points of the limit law: 1.2238 leaves 10 %, 1.3581 5 %, 1.6276 1 %, 1.9495 0.1 %.
  constexpr std::uint64_t kMany = 1'000'000'000'000;
  const double root = std::sqrt(static_cast<double>(kMany));
  REQUIRE(KolmogorovPValue(1.2238 / root, kMany) == Approx(0.1).epsilon(1e-3));
  REQUIRE(KolmogorovPValue(1.3581 / root, kMany) == Approx(0.05).epsilon(1e-3));
  REQUIRE(KolmogorovPValue(1.6276 / root, kMany) == Approx(0.01).epsilon(1e-3));
  REQUIRE(KolmogorovPValue(1.9495 / root, kMany) == Approx(0.001).epsilon(1e-2));
  // Median of the limit law; computed by the other series.
  REQUIRE(KolmogorovPValue(0.82757 / root, kMany) == Approx(0.5).epsilon(1e-4));
  // Exact 5 % points of small samples: 0.4093 at n = 10, 0.2417 at n = 30.
  REQUIRE(KolmogorovPValue(0.4093, 10) == Approx(0.05).epsilon(0.03));
  REQUIRE(KolmogorovPValue(0.2417, 30) == Approx(0.05).epsilon(0.03));
  REQUIRE(KolmogorovPValue(0, 10) == 1);
  REQUIRE(KolmogorovPValue(1, 1000) < 1e-100);
}

TEST_CASE("Kolmogorov p-values fall without a step where the series meet") {
  double last = 1;
  for (double d = 0.001; d < 0.3; d += 0.0005) {
    const double p = KolmogorovPValue(d, 100);
    REQUIRE(p <= last);
    REQUIRE(last - p < 0.01);
    last = p;
  }
}

}  // namespace
}  // namespace ringlab
