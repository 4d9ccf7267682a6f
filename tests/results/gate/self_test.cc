// The gate on data: thousands of simulated comparisons on the noise of a real machine, so that what
// it promises is seen and not hoped for.
//
// The noise is a stored sample (results/baselines/noise-2-cores.json): one program against itself,
// 200 pairs of runs of each hot path. A simulated comparison draws pairs from it, swaps the sides
// of each at random, and multiplies the head by what it is to be slower. Fixed seeds: these figures
// are the same on every machine.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "results/gate/ab.h"
#include "results/gate/verdict.h"
#include "tests/support/thorough.h"

namespace ringlab {
namespace {

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
const int kGates = Trials(2'000, 400);
#else
const int kGates = 100;  // the same, slower: a sanitizer looks at the code, not the figures
#endif

using Pair = std::pair<double, double>;

const std::vector<std::vector<Pair>>& NoiseOfPaths() {
  static const std::vector<std::vector<Pair>> paths = [] {
    std::ifstream in(RINGLAB_NOISE_FILE);
    const auto json = nlohmann::json::parse(in);
    std::vector<std::vector<Pair>> all;
    for (const auto& row : json.at("rows")) {
      std::vector<Pair> pairs;
      const auto& head = row.at("head_samples");
      for (std::size_t i = 0; i < head.size(); ++i) {
        pairs.emplace_back(row.at("base_samples").at(i), head.at(i));
      }
      all.push_back(std::move(pairs));
    }
    return all;
  }();
  return paths;
}

// What happens to one run on top of the stored noise: run 0 to 2 * pairs - 1 of a comparison.
using Trouble = std::function<double(std::size_t run, Rng& rng)>;

struct Simulation {
  double slower = 1;
  std::size_t pairs = 30;
  double noise = 1;  // log-ratios are that many times as large
  Trouble trouble = nullptr;
};

GateVerdict Round(const Simulation& simulation, std::size_t path, Rng& rng) {
  const std::vector<Pair>& noise = NoiseOfPaths()[path];
  const std::vector<bool> head_first = OrderOfPairs(simulation.pairs, rng.Next());
  TimedMetric base{.unit = "ns/op"};
  TimedMetric head{.unit = "ns/op"};
  for (std::size_t i = 0; i < simulation.pairs; ++i) {
    auto [a, b] = noise[rng.Below(noise.size())];
    if (rng.Below(2) == 1) std::swap(a, b);
    b = a * std::pow(b / a, simulation.noise) * simulation.slower;
    if (simulation.trouble != nullptr) {
      a *= simulation.trouble(2 * i + (head_first[i] ? 1 : 0), rng);
      b *= simulation.trouble(2 * i + (head_first[i] ? 0 : 1), rng);
    }
    base.samples.push_back(a);
    head.samples.push_back(b);
  }
  return JudgePairs("simulated", base, head, kTimeTolerance, rng.Next()).verdict;
}

// How many of `gates` fail; with confirmation only those that fail twice.
int Failures(const Simulation& simulation, int gates, bool confirmed, std::uint64_t seed) {
  Rng rng(seed);
  int failures = 0;
  for (int gate = 0; gate < gates; ++gate) {
    const std::size_t path = rng.Below(NoiseOfPaths().size());
    bool failed = Round(simulation, path, rng) == GateVerdict::kFail;
    if (failed && confirmed) failed = Round(simulation, path, rng) == GateVerdict::kFail;
    failures += failed ? 1 : 0;
  }
  return failures;
}

int PerMille(int gates, int per_mille) { return gates * per_mille / 1000; }

TEST_CASE("the stored noise is a sample worth the name") {
  REQUIRE(NoiseOfPaths().size() >= 8);
  for (const auto& pairs : NoiseOfPaths()) CHECK(pairs.size() >= 200);
}

TEST_CASE("the same program fails in at most 5 of 1000 comparisons before any confirmation",
          "[long]") {
  const int failures = Failures({}, kGates, false, 1);
  INFO(failures << " of " << kGates);
  CHECK(failures <= PerMille(kGates, 5));
}

TEST_CASE("ten per cent more time is caught in 95 of 100 comparisons at 30 pairs", "[long]") {
  const int caught = Failures({.slower = 1.10}, kGates, true, 2);
  INFO(caught << " of " << kGates);
  CHECK(caught >= PerMille(kGates, 950));
}

TEST_CASE("three per cent more time fails in at most 3 of 100 comparisons", "[long]") {
  const int failures = Failures({.slower = 1.03}, kGates, false, 3);
  INFO(failures << " of " << kGates);
  CHECK(failures <= PerMille(kGates, 30));
}

TEST_CASE("a run of 20 metrics of the same program fails in at most 1 of 100", "[long]") {
  const int runs = kGates / 10;
  int failed = 0;
  for (int run = 0; run < runs; ++run) {
    failed += Failures({}, 20, true, 1'000 + static_cast<std::uint64_t>(run)) > 0 ? 1 : 0;
  }
  INFO(failed << " of " << runs);
  CHECK(failed <= std::max(1, PerMille(runs, 10)));
}

TEST_CASE("a machine that drifts or hiccups raises no alarm", "[long]") {
  const int gates = kGates / 4;
  const Trouble drift = [](std::size_t run, Rng&) {
    return 1 + 0.5 * static_cast<double>(run) / 60;  // half as slow again at the end
  };
  const Trouble spikes = [](std::size_t, Rng& rng) {
    return rng.Below(20) == 0 ? 1 + 2 * rng.Uniform() : 1.0;  // one run in twenty, up to 3 times
  };
  const Trouble step = [](std::size_t run, Rng&) { return run < 30 ? 1.0 : 1.4; };
  // Spikes on top of noise that has its own leave less to see by; they still hide no false alarm.
  struct Case {
    const char* name;
    const Trouble& trouble;
    int caught_per_mille;
  };
  for (const Case& now :
       {Case{"drift", drift, 900}, {"step", step, 900}, {"spikes", spikes, 600}}) {
    const int failures = Failures({.trouble = now.trouble}, gates, false, 5);
    const int caught = Failures({.slower = 1.10, .trouble = now.trouble}, gates, true, 6);
    INFO(now.name << ": " << failures << " alarms, " << caught << " caught of " << gates);
    CHECK(failures <= std::max(1, PerMille(gates, 5)));
    CHECK(caught >= PerMille(gates, now.caught_per_mille));
  }
}

TEST_CASE("on a machine four times as noisy the gate says that it cannot tell", "[long]") {
  const int gates = kGates / 4;
  CHECK(Failures({.noise = 4}, gates, true, 7) <= std::max(1, PerMille(gates, 5)));
  Rng rng(8);
  int inconclusive = 0;
  int ok = 0;
  for (int gate = 0; gate < gates; ++gate) {
    const GateVerdict verdict =
        Round({.noise = 4}, static_cast<std::size_t>(gate) % NoiseOfPaths().size(), rng);
    inconclusive += verdict == GateVerdict::kInconclusive ? 1 : 0;
    ok += verdict == GateVerdict::kOk ? 1 : 0;
  }
  INFO(inconclusive << " inconclusive, " << ok << " ok of " << gates);
  CHECK(inconclusive > 0);
}

TEST_CASE("an improvement of ten per cent is called one") {
  Rng rng(9);
  int improved = 0;
  for (int gate = 0; gate < kGates / 4; ++gate) {
    const std::size_t path = rng.Below(NoiseOfPaths().size());
    improved += Round({.slower = 1 / 1.10}, path, rng) == GateVerdict::kImproved ? 1 : 0;
  }
  CHECK(improved >= PerMille(kGates / 4, 950));
}

TEST_CASE("the order of pairs is ABBA or BAAB and the seed's") {
  const std::vector<bool> order = OrderOfPairs(40, 7);
  REQUIRE(order.size() == 40);
  for (std::size_t i = 0; i < order.size(); i += 2) CHECK(order[i] != order[i + 1]);
  CHECK(order == OrderOfPairs(40, 7));
  CHECK(order != OrderOfPairs(40, 8));
}

TEST_CASE("a failure needs two rounds") {
  const auto row = [](GateVerdict verdict, double ratio) {
    return Row{.verdict = verdict, .name = "a", .interval = RatioInterval{ratio, ratio, ratio}};
  };
  const Row confirmed = Confirmed(row(GateVerdict::kFail, 1.10), row(GateVerdict::kFail, 1.12));
  CHECK(confirmed.verdict == GateVerdict::kFail);
  CHECK(confirmed.rounds.size() == 1);
  const Row refuted = Confirmed(row(GateVerdict::kFail, 1.10), row(GateVerdict::kOk, 1.00));
  CHECK(refuted.verdict == GateVerdict::kWarn);
  CHECK(refuted.note.find("1.100") != std::string::npos);
}

}  // namespace
}  // namespace ringlab
