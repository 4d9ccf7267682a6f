#include "loadgen/plan/rate_profile.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/judge/fidelity.h"
#include "loadgen/plan/arrivals.h"
#include "loadgen/plan/rate.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

RateProfile ProfileOf(const std::string& text, Duration duration = {}) {
  auto profile = RateProfile::Parse(text, 1, duration);
  INFO(text);
  if (!profile) FAIL(profile.error().message);
  return *std::move(profile);
}

const std::string kProfiles[] = {"ramp:1k..20k@60s",
                                 "ramp:5k..0@10s",
                                 "step:1k..5k/1k@2s",
                                 "step:5k..1k/1k@2s,mirror",
                                 "step:1k..5k/1k@2s,mirror,shuffled",
                                 "sine:10k+-10k/3s",
                                 "sine:1000+-1/10s",
                                 "spike:5k,50k@2s+500ms",
                                 "points:0s=1k,10s=5k,12s=0,13s=0,20s=2.5k"};

TEST_CASE("what a profile plans is the integral of its rate") {
  for (const std::string& text : kProfiles) {
    const RateProfile profile = ProfileOf(text);
    INFO(text);
    constexpr int kSlices = 200'000;
    const double step = Seconds(profile.length()) / kSlices;
    double sum = 0;
    for (int i = 0; i < kSlices; ++i) {
      sum += step * profile.RateAt(Duration(static_cast<std::int64_t>((i + 0.5) * step * 1e9)));
    }
    CHECK(profile.CountAt(profile.length()) == Approx(sum).epsilon(1e-4));

    Arrivals constant(ArrivalProcess::kConstant, std::make_shared<const RateProfile>(profile),
                      Rng(1));
    double planned = 0;
    Duration last{};
    for (Duration at = constant.Next(); at != Duration::max(); at = constant.Next()) {
      REQUIRE(at >= last);
      REQUIRE(at <= profile.length());
      last = at;
      ++planned;
    }
    CHECK(std::abs(planned - profile.CountAt(profile.length())) <= 1);
    CHECK(constant.Next() == Duration::max());
  }
}

TEST_CASE("a time found for a count is where the integral arrives at it") {
  for (const std::string& text : kProfiles) {
    const RateProfile profile = ProfileOf(text);
    INFO(text);
    const double whole = profile.CountAt(profile.length());
    for (double part = 0.001; part < 1; part += 0.013) {
      const Duration at = profile.TimeOf(part * whole);
      // A nanosecond's rounding of requests, where the rate is highest.
      CHECK(profile.CountAt(at) == Approx(part * whole).margin(1e-9 * profile.peak_qps() + 1e-6));
    }
    CHECK(profile.TimeOf(whole * 1.001) == Duration::max());
  }
}

TEST_CASE("poisson arrivals of a changing rate are those of rate 1 in its own time") {
  for (const std::string& text : kProfiles) {
    const auto profile = std::make_shared<const RateProfile>(ProfileOf(text));
    Arrivals arrivals(ArrivalProcess::kPoisson, profile, Rng(7));
    std::vector<Duration> counts;
    for (Duration at = arrivals.Next(); at != Duration::max(); at = arrivals.Next()) {
      counts.emplace_back(std::llround(profile->CountAt(at) * 1e9));
    }
    const auto fidelity = MeasureFidelity(counts, ArrivalProcess::kPoisson, 1);
    REQUIRE(fidelity);
    const double p = KolmogorovPValue(fidelity->distance, fidelity->gaps);
    CAPTURE(text, p);
    CHECK(p > 0.01);
    CHECK(p < 0.99);
  }
}

TEST_CASE("phases are where people would cut") {
  const auto steps = ProfileOf("step:1k..3k/1k@10s,mirror").phases();
  REQUIRE(steps.size() == 5);
  CHECK(steps[0].name == "phase1");
  CHECK(steps[0].what == "1000/s");
  CHECK(steps[2].what == "3000/s");
  CHECK(steps[4].what == "1000/s");
  CHECK(steps[4].from == seconds(40));
  CHECK(steps[4].to == seconds(50));
  CHECK(steps[2].requests == Approx(30'000));

  const auto ramp = ProfileOf("ramp:1k..20k@60s").phases();
  REQUIRE(ramp.size() == 10);
  CHECK(ramp.front().what == "1000/s to 2900/s");
  CHECK(ramp.back().to == seconds(60));

  const auto spike = ProfileOf("spike:5k,50k@10s+2s").phases();
  REQUIRE(spike.size() == 3);
  CHECK(spike[1].what == "spike");
  CHECK(spike[1].from == seconds(10));
  CHECK(spike[1].to == seconds(12));

  CHECK(ProfileOf("sine:10k+-5k/30s", seconds(60)).phases().size() == 4);
}

TEST_CASE("a profile is as long as it is asked to be") {
  const RateProfile longer = ProfileOf("ramp:1k..2k@10s", seconds(15));
  CHECK(longer.length() == seconds(15));
  CHECK(longer.RateAt(seconds(14)) == Approx(2000));
  CHECK(longer.phases().back().what == "on at 2000/s");
  const RateProfile shorter = ProfileOf("ramp:1k..2k@10s", milliseconds(4500));
  CHECK(shorter.length() == milliseconds(4500));
  CHECK(shorter.RateAt(milliseconds(4500)) == Approx(1450));
  CHECK(shorter.phases().size() == 5);
}

TEST_CASE("a warm-up goes before it at its first rate, and is no phase") {
  const RateProfile warmed = ProfileOf("ramp:1k..2k@10s").After(seconds(5));
  CHECK(warmed.length() == seconds(15));
  CHECK(warmed.RateAt(seconds(3)) == Approx(1000));
  CHECK(warmed.CountAt(seconds(5)) == Approx(5000));
  CHECK(warmed.phases().size() == 10);
}

TEST_CASE("shuffled steps are the same ones, in an order that the seed decides") {
  const auto order = [](std::uint64_t seed) {
    std::vector<std::string> rates;
    for (const auto& phase :
         RateProfile::Parse("step:1k..9k/1k@1s,shuffled", seed, {}).value().phases()) {
      rates.push_back(phase.what);
    }
    return rates;
  };
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
  auto sorted = order(1);
  std::ranges::sort(sorted);
  CHECK(sorted.size() == 9);
  CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
}

TEST_CASE("what is no profile is refused with what would be one") {
  for (const std::string text : {"",
                                 "ramp",
                                 "ramp:",
                                 "ramp:1k..20k",
                                 "ramp:1k@60s",
                                 "ramp:-1..5@1s",
                                 "ramp:1k..20k@0s",
                                 "ramp:0..0@10s",
                                 "step:1k..20k@10s",
                                 "step:1k..20k/0@10s",
                                 "step:1k..20k/1@10s",
                                 "step:1k..5k/1k@10s,upside-down",
                                 "sine:5k+-10k/30s",
                                 "sine:5k+-1k/0",
                                 "spike:5k,50k@10s",
                                 "points:0s=1k",
                                 "points:1s=1k,2s=3k",
                                 "points:0s=1k,2s=3k,1s=5k",
                                 "points:0s=0,5s=0",
                                 "square:1k..2k@1s",
                                 "ramp:1k..2e9@10s",
                                 "step:1k..2k/1k@1s,,"}) {
    const auto profile = RateProfile::Parse(text, 1, {});
    INFO(text);
    REQUIRE(!profile);
    CHECK(profile.error().code == Code::kInvalidArgument);
    CHECK(profile.error().message.find('"' + text + "\": expected") != std::string::npos);
  }
  CHECK(!RateProfile::Parse("sine:5k+-1k/1s", 1, std::chrono::minutes(10)));
}

TEST_CASE("rates are read and written with the units that people use") {
  CHECK(ParseRate("10k").value() == 10'000);
  CHECK(ParseRate("2.5M").value() == 2'500'000);
  CHECK(ParseRate("0.1").value() == 0.1);
  for (const char* bad : {"", "k", "10K", "-1", "0", "1e10", "10 k", "nan", "1M k"}) {
    INFO(bad);
    CHECK(!ParseRate(bad));
  }
  CHECK(FormatRate(1'000'000) == "1000000/s");
  CHECK(FormatRate(2.5) == "2.5/s");
  CHECK(FormatRate(1234.56) == "1235/s");
}

}  // namespace
}  // namespace ringlab
