// Multi-probe hashing: exact shares against closed forms, sampling and the published peak.
#include "core/ring/multi_probe.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/ring/point_ring.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

// A point a node with the seed that multi-probe uses.
constexpr RingHash kOnePoint{"one-point", 64,
                             [](std::string_view node, std::uint32_t) { return HashXx64(node, 1); },
                             [](std::string_view key) { return HashXx64(key, 0); }};

// The best probe, by looking at every point for each.
NodeIndex NaiveOwner(const Names& sorted, std::uint32_t probes, std::string_view key) {
  NodeIndex owner = kNoNode;
  std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
  for (std::uint32_t i = 0; i < probes; ++i) {
    const std::uint64_t probe = Mix64(HashXx64(key, 0) + i * 0x9e3779b97f4a7c15ULL);
    for (NodeIndex node = 0; node < sorted.size(); ++node) {
      const std::uint64_t way = HashXx64(sorted[node], 1) - probe;
      if (way < shortest) {
        shortest = way;
        owner = node;
      }
    }
  }
  return owner;
}

TEST_CASE("mpch finds the nearest of its probes") {
  Rng rng(1505);
  for (const std::uint32_t probes : {1U, 2U, 21U}) {
    for (const std::size_t count : {1U, 2U, 30U}) {
      const MultiProbeRing ring(probes, EqualNodes(RandomNames(rng, count)));
      for (const std::string& key : RandomKeys(rng.Next(), 300)) {
        REQUIRE(ring.OwnerOf(key) == NaiveOwner(ring.nodes(), probes, key));
      }
    }
  }
}

TEST_CASE("mpch with one probe owns the arcs of one point a node") {
  const std::vector<RingNode> nodes = EqualNodes(Numbered("node-", 0, 50));
  const std::vector<double> shares = MultiProbeRing(1, nodes).Shares();
  const std::vector<double> arcs = PointRing(kOnePoint, 1, nodes).Shares();
  for (std::size_t i = 0; i < 50; ++i) REQUIRE(shares[i] == Approx(arcs[i]).epsilon(1e-9));
}

// Two nodes with gaps g <= h: the shorter wins way x < g with density k S^(k-1), S = 1 - 2x, so it
// owns (1 - (h - g)^k) / 2.
TEST_CASE("mpch shares of two nodes are the closed form") {
  Rng rng(2);
  for (const std::uint32_t probes : {1U, 2U, 5U, 21U, 1000U}) {
    const std::vector<RingNode> nodes = EqualNodes(RandomNames(rng, 2));
    const std::vector<double> arcs = PointRing(kOnePoint, 1, nodes).Shares();
    const std::vector<double> shares = MultiProbeRing(probes, nodes).Shares();
    const double less = (1 - std::pow(std::abs(arcs[0] - arcs[1]), probes)) / 2;
    REQUIRE(*std::min_element(shares.begin(), shares.end()) == Approx(less).epsilon(1e-9));
  }
}

TEST_CASE("mpch owns by sampling what its shares say") {
  for (const std::uint32_t probes : {2U, 21U}) {
    const MultiProbeRing ring(probes, EqualNodes(Numbered("10.0.0.", 1, 8)));
    const double chi2 = ChiSquare(CountOwners(ring, RandomKeys(21, 200'000)), ring.Shares());
    CHECK(chi2 < 24.32);  // 99.9 % point at 7 degrees of freedom
    CHECK(chi2 > 0.599);
  }
}

// A node with gap x (of mean 1, exponential) owns k / (k - 1) (1 - exp(-(k - 1) x)).
TEST_CASE("mpch with 21 probes has a peak of 1.05 and the CV that follows") {
  Rng rng(21);
  std::vector<double> peaks;
  std::vector<double> cvs;
  for (int i = 0; i < 31; ++i) {
    std::vector<double> loads = MultiProbeRing(21, EqualNodes(RandomNames(rng, 1000))).Shares();
    double squares = 0;
    for (double& load : loads) {
      load *= 1000;
      squares += (load - 1) * (load - 1);
    }
    peaks.push_back(*std::max_element(loads.begin(), loads.end()));
    cvs.push_back(std::sqrt(squares / 1000));
  }
  std::sort(peaks.begin(), peaks.end());
  std::sort(cvs.begin(), cvs.end());
  REQUIRE(peaks[15] == Approx(1.05).margin(0.01));
  REQUIRE(cvs[15] == Approx(0.156).margin(0.01));
}

}  // namespace
}  // namespace ringlab
