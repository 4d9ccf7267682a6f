// The shapes of what presets plan, against the published figures that loadgen/plan/preset.h and
// core/source/published_sizes.h name.
#include "loadgen/plan/preset.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/source/published_sizes.h"
#include "core/source/synthetic_source.h"

namespace ringlab {
namespace {

const IsGiven kNothing = [](const char*) { return false; };

IsGiven Given(std::set<std::string> flags) {
  return [flags = std::move(flags)](const char* flag) { return flags.contains(flag); };
}

// A hundred thousand requests of a preset.
struct Drawn {
  explicit Drawn(const char* name) {
    const Preset& preset = **FindPreset(name);
    WorkloadOptions options{.seed = 5, .qps = 100'000, .duration = std::chrono::seconds(1)};
    ApplyPreset(preset, kNothing, options);
    REQUIRE(options.preset == name);
    const SyntheticSpec values =
        ParseSyntheticSpec(PresetSource(preset, "synthetic:latency=1ms").substr(10)).value();
    REQUIRE(values.latency == std::chrono::milliseconds(1));
    Workload plan = Workload::Create(options).value();
    PlannedRequest request;
    std::string key;
    std::set<std::uint64_t> seen;
    while (plan.Next(request)) {
      ++requests;
      gets += request.operation == Operation::kGet ? 1 : 0;
      sets += request.operation == Operation::kSet ? 1 : 0;
      scanned += request.rank == 0 ? 1 : 0;
      key.clear();
      AppendKey(request, options.key_sizes, key);
      absent += SyntheticExists(values, key) ? 0 : 1;
      if (request.rank > 0) ranks.push_back(request.rank);
      if (!seen.insert(request.key_index).second) continue;
      value_sizes.push_back(static_cast<double>(SyntheticSize(values, key)));
      key_sizes.push_back(static_cast<double>(key.size()));
    }
    std::ranges::sort(value_sizes);
    keys = options.keys;
  }

  double Part(double count) const { return count / static_cast<double>(requests); }
  double Quantile(double p) const {
    return value_sizes.at(static_cast<std::size_t>(p * static_cast<double>(value_sizes.size())));
  }
  static double Mean(const std::vector<double>& of) {
    double sum = 0;
    for (const double each : of) sum += each;
    return sum / static_cast<double>(of.size());
  }

  // The exponent between two ranks: requests for ranks up to `rank`, against those up to half of
  // it, grow by the factor 2^(1 - s) where s < 1 and the head is left behind.
  double Exponent(std::uint64_t rank) const {
    const auto up_to = [&](std::uint64_t most) {
      return static_cast<double>(std::ranges::count_if(ranks, [&](auto r) { return r <= most; }));
    };
    const double upper = up_to(rank) - up_to(rank / 2);
    const double lower = up_to(rank / 2) - up_to(rank / 4);
    return 1 - std::log2(upper / lower);
  }

  std::uint64_t requests = 0;
  double gets = 0;
  double sets = 0;
  double scanned = 0;
  double absent = 0;
  std::uint64_t keys = 0;
  std::vector<std::uint64_t> ranks;
  std::vector<double> value_sizes;  // of the distinct keys, rising
  std::vector<double> key_sizes;
};

TEST_CASE("kvcache is drawn as published", "[preset]") {
  const Drawn drawn("kvcache");
  REQUIRE(drawn.Part(drawn.gets) == Approx(0.87983).margin(0.005));
  REQUIRE(drawn.Part(drawn.sets) == Approx(0.117 + 0.00317).margin(0.005));
  REQUIRE(drawn.scanned == 0);
  REQUIRE(drawn.absent == 0);
  REQUIRE(drawn.Exponent(200'000) == Approx(1.0).margin(0.1));
  // The class of the median is 128 to 159 bytes, that of the 90th percentile 160 to 191, and that
  // of the 99th 928 to 959.
  REQUIRE(drawn.Quantile(0.5) == Approx(136).margin(5));
  REQUIRE(drawn.Quantile(0.9) == Approx(187).margin(8));
  REQUIRE(drawn.Quantile(0.99) == Approx(958).epsilon(0.15));
  REQUIRE(Drawn::Mean(drawn.value_sizes) == Approx(311).epsilon(0.25));  // a third is 1 of 10,000
  REQUIRE(Drawn::Mean(drawn.key_sizes) == Approx((16 + 255) / 2.0).epsilon(0.02));
}

TEST_CASE("cdn is drawn as published", "[preset]") {
  const Drawn drawn("cdn");
  REQUIRE(drawn.gets == static_cast<double>(drawn.requests));
  REQUIRE(drawn.Part(drawn.scanned) == Approx(0.008845).margin(0.002));
  REQUIRE(drawn.absent == 0);
  REQUIRE(drawn.Exponent(160'000) == Approx(0.7).margin(0.05));
  REQUIRE(drawn.Quantile(0.1) < 64);  // a sixth is below 64 bytes
  REQUIRE(drawn.Quantile(0.5) == Approx(15'766).epsilon(0.05));
  REQUIRE(drawn.Quantile(0.9) == Approx(77'640).epsilon(0.05));
  REQUIRE(Drawn::Mean(drawn.value_sizes) == Approx(33'481).epsilon(0.05));
  // "key-" and the number are longer than the shortest: 0.3 x 4.5 + 0.7 x 36.5 otherwise.
  REQUIRE(Drawn::Mean(drawn.key_sizes) == Approx(26.9).epsilon(0.1));
}

TEST_CASE("graph is drawn as published", "[preset]") {
  const Drawn drawn("graph");
  REQUIRE(drawn.gets == static_cast<double>(drawn.requests));
  REQUIRE(drawn.Part(drawn.scanned) == Approx(0.23154).margin(0.006));
  REQUIRE(drawn.Part(drawn.absent) == Approx(0.556).margin(0.02));
  REQUIRE(drawn.Exponent(600'000) == Approx(0.55).margin(0.05));
  REQUIRE(drawn.Quantile(0.5) == Approx(210).epsilon(0.04));
  REQUIRE(drawn.Quantile(0.9) == Approx(510).epsilon(0.04));
  REQUIRE(Drawn::Mean(drawn.value_sizes) == Approx(352).epsilon(0.1));
}

TEST_CASE("a flag that is given takes the place of that part of a preset", "[preset]") {
  const Preset& kvcache = **FindPreset("kvcache");
  const WorkloadOptions own{.keys = 9,
                            .key_sizes = {.min = 20, .max = 20},
                            .zipf_s = 0.2,
                            .mix = {.get = 1, .set = 1},
                            .scan = 0.5};
  WorkloadOptions options = own;
  ApplyPreset(kvcache, Given({"--keys", "--key-size", "--zipf", "--mix", "--scan"}), options);
  REQUIRE(options.keys == own.keys);
  REQUIRE(options.key_sizes.ToString() == "20");
  REQUIRE(options.zipf_s == own.zipf_s);
  REQUIRE(options.mix == own.mix);
  REQUIRE(options.scan == own.scan);
  options = own;
  ApplyPreset(kvcache, Given({"--zipf"}), options);
  REQUIRE(options.zipf_s == own.zipf_s);
  REQUIRE(options.keys == kvcache.keys);
  REQUIRE(options.mix == kvcache.mix);
}

TEST_CASE("a preset scans gets, and nothing in a search", "[preset]") {
  const Preset& graph = **FindPreset("graph");
  for (const auto& [flag, mix] : {std::pair("--mix", OperationMix{.get = 0, .set = 1}),
                                  std::pair("--search", OperationMix{})}) {
    WorkloadOptions options{.mix = mix};
    ApplyPreset(graph, Given({flag}), options);
    REQUIRE(options.scan == 0);
  }
}

TEST_CASE("a preset fills in what its source does not say", "[preset]") {
  const Preset& graph = **FindPreset("graph");
  REQUIRE(PresetSource(graph, "synthetic") == "synthetic:size=graph,not-found=0.556");
  REQUIRE(PresetSource(graph, "synthetic:") == "synthetic:size=graph,not-found=0.556");
  REQUIRE(PresetSource(graph, "synthetic:latency=2ms,not-found=1%") ==
          "synthetic:latency=2ms,not-found=1%,size=graph");
  REQUIRE(PresetSource(graph, "synthetic:size=5") == "synthetic:size=5,not-found=0.556");
  REQUIRE(PresetSource(**FindPreset("cdn"), "synthetic:latency=2ms") ==
          "synthetic:latency=2ms,size=cdn");
}

TEST_CASE("a preset that is none is refused with those that are", "[preset]") {
  for (const char* const name : {"", "memcache", "KVCACHE"}) {
    const auto none = FindPreset(name);
    REQUIRE_FALSE(none);
    REQUIRE(none.error().message ==
            "\"" + std::string(name) + "\": expected kvcache, cdn or graph");
  }
}

}  // namespace
}  // namespace ringlab
