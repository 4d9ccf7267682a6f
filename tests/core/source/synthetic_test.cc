#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/source/synthetic_source.h"
#include "core/source/synthetic_value.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;

TEST_CASE("a synthetic value proves its key, version and size") {
  REQUIRE(rc::check("round trip", [] {
    const auto key = *rc::gen::arbitrary<std::string>();
    const auto version = *rc::gen::inRange<std::uint64_t>(0, kSyntheticVersions);
    const auto size = *rc::gen::inRange<std::size_t>(0, 300);
    const Value value = MakeSyntheticValue(key, version, size);
    RC_ASSERT(value.size() == size);
    RC_ASSERT(SyntheticVersion(key, value.view()) == (size < 8 ? 0 : version));
  }));
}

TEST_CASE("a value that was changed in any way is noticed") {
  const std::string key = "key-1";
  // In shorter ones a changed version word passes for another version: nothing is left to tell.
  for (const std::size_t size : {std::size_t{16}, std::size_t{17}, std::size_t{100}}) {
    const std::string good(MakeSyntheticValue(key, 3, size).view());
    REQUIRE(SyntheticVersion(key, good) == 3U);
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string torn = good;
      torn[bit / 8] = static_cast<char>(torn[bit / 8] ^ (1 << bit % 8));
      REQUIRE_FALSE(SyntheticVersion(key, torn).has_value());
    }
    REQUIRE(SyntheticVersion("key-2", good) == std::nullopt);
    REQUIRE(SyntheticVersion(key, good + "x") == std::nullopt);
    REQUIRE(SyntheticVersion(key, good.substr(0, size - 1)) == std::nullopt);
    // Half of one version and half of another.
    const std::string other(MakeSyntheticValue(key, 4, size).view());
    REQUIRE(other != good);
    REQUIRE(SyntheticVersion(key, good.substr(0, size / 2) + other.substr(size / 2)) ==
            std::nullopt);
  }
}

// Stored runs and other readers rely on these bytes.
TEST_CASE("the bytes of a synthetic value never change") {
  const Value value = MakeSyntheticValue("key-1", 7, 16);
  std::string hex;
  for (const char c : value.view()) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  REQUIRE(hex == "9021d8137f91eadfb8cb5db03e602cb6");
}

TEST_CASE("a synthetic spec is read") {
  const SyntheticSpec none = ParseSyntheticSpec("").value();
  REQUIRE(none.size_min == 100);
  REQUIRE(none.latency == Duration::zero());

  const SyntheticSpec full =
      ParseSyntheticSpec("size=64-4KiB,latency=exp:2ms,not-found=1%,error=0.1%,version=3").value();
  REQUIRE(full.size_min == 64);
  REQUIRE(full.size_max == 4096);
  REQUIRE(full.exponential);
  REQUIRE(full.latency == milliseconds(2));
  REQUIRE(full.not_found == Approx(0.01));
  REQUIRE(full.error == Approx(0.001));
  REQUIRE(full.version == 3);

  const SyntheticSpec fixed = ParseSyntheticSpec("latency=1ms,size=0").value();
  REQUIRE_FALSE(fixed.exponential);
  REQUIRE(fixed.size_max == 0);
}

TEST_CASE("a synthetic spec that makes no sense is refused") {
  for (const std::string text :
       {"size", "size=", "size=x", "size=9-1", "size=1-2-3", "size=-5", "size=65MiB", "latency=5",
        "latency=exp:", "latency=-1ms", "not-found=2", "error=nan", "version=4294967296",
        "version=-1", "colour=red", "=", ",", "size=1,", "size=1,,error=0"}) {
    CAPTURE(text);
    const auto spec = ParseSyntheticSpec(text);
    REQUIRE_FALSE(spec);
    REQUIRE(spec.error().code == Code::kInvalidArgument);
    REQUIRE(spec.error().message.find("expected") != std::string::npos);
  }
}

// The loads of key-0, key-1 … and how each ended.
struct Loads {
  int ok = 0;
  int not_found = 0;
  int failed = 0;
  double latency_s = 0;  // summed
};

Loads LoadMany(const std::string& spec_text, int count, std::uint64_t seed = 1) {
  const SyntheticSpec spec = ParseSyntheticSpec(spec_text).value();
  ManualScheduler scheduler;
  SyntheticSource source(spec, seed, scheduler);
  Loads loads;
  for (int i = 0; i < count; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const TimePoint start = scheduler.Now();
    source.Load(key, [&](const Result<Value>& value) {
      loads.latency_s += Seconds(scheduler.Now() - start);
      if (value) {
        ++loads.ok;
        REQUIRE(value->size() == SyntheticSize(spec, key));
        REQUIRE(SyntheticVersion(key, value->view()) == spec.version);
      } else if (value.error().code == Code::kNotFound) {
        ++loads.not_found;
        REQUIRE_FALSE(SyntheticExists(spec, key));
      } else {
        ++loads.failed;
        REQUIRE(value.error().code == Code::kUnavailable);
      }
    });
    scheduler.AdvanceBy(std::chrono::seconds(10));
  }
  return loads;
}

TEST_CASE("the source without latency answers inside Load with values that verify") {
  const Loads loads = LoadMany("size=8-200,version=5", 500);
  REQUIRE(loads.ok == 500);
  REQUIRE(loads.latency_s == 0);
}

TEST_CASE("the source has its latency, fractions of absent keys and of failures") {
  constexpr int kLoads = 10'000;
  const auto sigma = [](double p) { return std::sqrt(p * (1 - p) * kLoads); };

  const Loads fixed = LoadMany("latency=20ms", kLoads / 10);
  REQUIRE(fixed.latency_s / (kLoads / 10) == Approx(0.02).epsilon(1e-9));

  const Loads exponential = LoadMany("latency=exp:20ms", kLoads);
  REQUIRE(exponential.latency_s / kLoads == Approx(0.02).margin(4 * 0.02 / std::sqrt(kLoads)));

  const Loads absent = LoadMany("not-found=30%", kLoads);
  REQUIRE(absent.failed == 0);
  REQUIRE(absent.not_found == Approx(0.3 * kLoads).margin(4 * sigma(0.3)));

  const Loads failing = LoadMany("error=10%", kLoads);
  REQUIRE(failing.not_found == 0);
  REQUIRE(failing.failed == Approx(0.1 * kLoads).margin(4 * sigma(0.1)));

  REQUIRE(LoadMany("error=100%", 10).failed == 10);
  REQUIRE(LoadMany("not-found=100%", 10).not_found == 10);
}

TEST_CASE("sizes cover their range evenly and do not tell which keys exist") {
  SyntheticSpec spec;
  spec.size_min = 10;
  spec.size_max = 19;
  spec.not_found = 0.5;
  constexpr int kKeys = 20'000;
  std::vector<double> sizes(10);
  std::vector<double> present(10);
  for (int i = 0; i < kKeys; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const std::size_t cell = SyntheticSize(spec, key) - spec.size_min;
    sizes.at(cell) += 1;
    if (SyntheticExists(spec, key)) present.at(cell) += 1;
  }
  double chi2_sizes = 0;
  double chi2_present = 0;
  for (std::size_t cell = 0; cell < sizes.size(); ++cell) {
    const double even = kKeys / 10.0;
    chi2_sizes += (sizes[cell] - even) * (sizes[cell] - even) / even;
    const double half = sizes[cell] / 2;
    chi2_present += (present[cell] - half) * (present[cell] - half) / (half / 2);
  }
  REQUIRE(chi2_sizes < 27.88);    // 99.9 % point at 9 degrees of freedom
  REQUIRE(chi2_present < 29.59);  // at 10
}

TEST_CASE("the same seed fails the same loads") {
  REQUIRE(LoadMany("error=50%", 200, 1).failed == LoadMany("error=50%", 200, 1).failed);
  int different = 0;
  for (std::uint64_t seed = 2; seed < 6; ++seed) {
    different += LoadMany("error=50%", 200, 1).failed != LoadMany("error=50%", 200, seed).failed;
  }
  REQUIRE(different > 0);
}

}  // namespace
}  // namespace ringlab
