#include "loadgen/plan/arrivals.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "loadgen/judge/fidelity.h"

namespace ringlab {
namespace {

Arrivals Constant(double rate) { return Arrivals(ArrivalProcess::kConstant, rate, Rng(1)); }

TEST_CASE("constant arrivals at three a second are exact") {
  Arrivals arrivals = Constant(3);
  for (const std::int64_t ns : {166'666'667, 500'000'000, 833'333'333, 1'166'666'667}) {
    REQUIRE(arrivals.Next().count() == ns);
  }
}

TEST_CASE("constant arrivals begin half a gap in") {
  Arrivals arrivals = Constant(10'000);
  REQUIRE(arrivals.Next() == std::chrono::microseconds(50));
  REQUIRE(arrivals.Next() == std::chrono::microseconds(150));
  Arrivals slow = Constant(0.25);
  REQUIRE(slow.Next() == std::chrono::seconds(2));
  REQUIRE(slow.Next() == std::chrono::seconds(6));
}

TEST_CASE("constant arrivals round halves up") {
  Arrivals arrivals = Constant(6e8);  // every 5/3 ns: 0.83, 2.5, 4.17, 5.83, 7.5
  for (const std::int64_t ns : {1, 3, 4, 6, 8}) REQUIRE(arrivals.Next().count() == ns);
}

TEST_CASE("constant arrivals do not drift over ten million") {
  // (k + 1/2) * 1e9 / 7777 in 128-bit integers, rounded: an answer without accumulation.
  __extension__ using Wide = unsigned __int128;
  Arrivals arrivals = Constant(7777);
  for (std::uint64_t k = 0; k < 10'000'000; ++k) {
    const Wide twice = static_cast<Wide>(2 * k + 1) * 1'000'000'000 + 7777;
    const auto expected = static_cast<std::int64_t>(twice / (2 * 7777));
    const std::int64_t got = arrivals.Next().count();
    if (got != expected) {
      CAPTURE(k);
      REQUIRE(got == expected);
    }
  }
}

TEST_CASE("constant arrivals at any rate are rounded exactly") {
  const auto holds = [] {
    // Long double has 64 bits here: enough to tell a nanosecond apart below 2^53 of them.
    const double rate = *rc::gen::inRange(1, 100'000'000) / 997.0;
    Arrivals arrivals = Constant(rate);
    for (int k = 0; k < 2000; ++k) {
      const long double exact = (k + 0.5L) * 1e9L / rate;
      const auto got = static_cast<long double>(arrivals.Next().count());
      RC_ASSERT(std::abs(got - exact) <= 0.500001L);
    }
  };
  REQUIRE(rc::check("constant arrivals", holds));
}

TEST_CASE("extreme rates end in saturation and never go back") {
  for (const auto process : {ArrivalProcess::kConstant, ArrivalProcess::kPoisson}) {
    for (const double rate : {Arrivals::kMinRate, 1e-3, Arrivals::kMaxRate}) {
      CAPTURE(rate);
      Arrivals arrivals(process, rate, Rng(2));
      Duration last{};
      for (int i = 0; i < 1000; ++i) {
        const Duration next = arrivals.Next();
        REQUIRE(next >= last);
        last = next;
      }
      if (rate == Arrivals::kMinRate) REQUIRE(last == Duration::max());
      if (rate == Arrivals::kMaxRate && process == ArrivalProcess::kConstant) {
        REQUIRE(last.count() == 1000);
      }
    }
  }
  REQUIRE_FALSE(Arrivals::IsRate(0));
  REQUIRE_FALSE(Arrivals::IsRate(-1));
  REQUIRE_FALSE(Arrivals::IsRate(std::nan("")));
  REQUIRE_FALSE(Arrivals::IsRate(INFINITY));
}

TEST_CASE("poisson gaps are exponential and independent") {
  constexpr int kArrivals = 100'000;
  Arrivals arrivals(ArrivalProcess::kPoisson, 10'000, Rng(123).Split("arrivals"));
  std::vector<Duration> times;
  times.reserve(kArrivals);
  for (int i = 0; i < kArrivals; ++i) times.push_back(arrivals.Next());
  const auto fidelity = MeasureFidelity(times, ArrivalProcess::kPoisson, 10'000);
  REQUIRE(fidelity.has_value());
  const double p = KolmogorovPValue(fidelity->distance, fidelity->gaps);
  CAPTURE(fidelity->distance, p);
  REQUIRE(p > 0.001);
  REQUIRE(p < 0.999);
  // Neighbouring gaps do not correlate: r is normal with deviation 1 / sqrt(n).
  double product = 0;
  for (std::size_t i = 2; i < times.size(); ++i) {
    const double a = static_cast<double>((times[i - 1] - times[i - 2]).count()) / 1e5 - 1;
    const double b = static_cast<double>((times[i] - times[i - 1]).count()) / 1e5 - 1;
    product += a * b;
  }
  REQUIRE(std::abs(product / kArrivals) < 4 / std::sqrt(kArrivals));
}

TEST_CASE("ten million poisson arrivals take as long as their sum") {
  // The carried fraction must lose nothing: compare with the same draws summed in 64-bit mantissas.
  // Truncating each gap instead would lose half a nanosecond each, 5 ms here.
  constexpr int kArrivals = 10'000'000;
  Arrivals arrivals(ArrivalProcess::kPoisson, 12'345.678, Rng(4));
  Rng rng(4);
  long double sum = 0;
  Duration last{};
  for (int i = 0; i < kArrivals; ++i) {
    last = arrivals.Next();
    sum += rng.Exponential() * (1e9 / 12'345.678);
  }
  REQUIRE(std::abs(static_cast<long double>(last.count()) - sum) < 2);
  // And the draws have the rate asked for: the sum of n gaps deviates by sqrt(n) gaps.
  REQUIRE(Seconds(last) * 12'345.678 == Approx(kArrivals).margin(4 * std::sqrt(kArrivals)));
}

TEST_CASE("arrivals replay by seed and differ by seed") {
  Arrivals one(ArrivalProcess::kPoisson, 100, Rng(1));
  Arrivals copy = one;
  Arrivals two(ArrivalProcess::kPoisson, 100, Rng(2));
  const Duration first = one.Next();
  REQUIRE(copy.Next() == first);
  REQUIRE(two.Next() != first);
}

TEST_CASE("process names are read back") {
  for (const auto process : {ArrivalProcess::kConstant, ArrivalProcess::kPoisson}) {
    REQUIRE(ParseArrivalProcess(ArrivalProcessName(process)) == process);
  }
  REQUIRE(ParseArrivalProcess("Poisson") == std::nullopt);
}

}  // namespace
}  // namespace ringlab
