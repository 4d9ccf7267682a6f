// Bounded loads: the bound after every request, the owner first, and bad factors.
#include "core/ring/bounded_loads.h"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

RingPtr RingOf(const std::string& dialect, int nodes) {
  return BuildRing({dialect, 20}, EqualNodes(Numbered("node-", 0, nodes))).value();
}

// ceil(c m / n) for c = hundredths / 100, in whole numbers.
std::uint64_t Bound(std::uint64_t hundredths, std::uint64_t m, std::uint64_t n) {
  return (hundredths * m + 100 * n - 1) / (100 * n);
}

TEST_CASE("no node ever has more than its bound while requests only come") {
  REQUIRE(rc::check("bound", [](std::uint64_t seed) {
    Rng rng(seed);
    const std::uint64_t hundredths = 101 + rng.Below(200);
    const auto nodes = static_cast<int>(1 + rng.Below(20));
    const auto dialect = *rc::gen::elementOf(
        std::vector<std::string>{"xx64", "crc32-prefix", "rendezvous", "maglev:101"});
    auto loads = BoundedLoads::Make(RingOf(dialect, nodes), static_cast<double>(hundredths) / 100);
    RC_ASSERT(loads.has_value());
    for (std::uint64_t m = 1; m <= 300; ++m) {
      loads->Acquire(std::to_string(rng.Below(10)));  // a few hot keys
      const auto n = static_cast<std::uint64_t>(nodes);
      for (NodeIndex node = 0; node < n; ++node) {
        RC_ASSERT(loads->active(node) <= Bound(hundredths, m, n));
      }
    }
  }));
}

TEST_CASE("with requests that end too the chosen node is within its slots") {
  REQUIRE(rc::check("slots", [](std::uint64_t seed) {
    Rng rng(seed);
    std::vector<RingNode> nodes;
    const std::uint64_t count = 1 + rng.Below(10);
    for (std::uint64_t i = 0; i < count; ++i) {
      nodes.push_back({"n" + std::to_string(i), 0.1 + rng.Uniform()});
    }
    auto loads = BoundedLoads::Make(BuildRing({"rendezvous", 1}, nodes).value(), 1.1).value();
    std::vector<NodeIndex> running;
    for (int step = 0; step < 300; ++step) {
      if (!running.empty() && rng.Below(3) == 0) {
        std::swap(running.back(), running[rng.Below(running.size())]);
        loads.Release(running.back());
        running.pop_back();
        continue;
      }
      running.push_back(loads.Acquire(std::to_string(rng.Below(20))));
      RC_ASSERT(loads.active(running.back()) <= loads.SlotsOf(running.back()));
    }
    std::uint64_t sum = 0;
    for (NodeIndex node = 0; node < count; ++node) sum += loads.active(node);
    RC_ASSERT(sum == running.size());
    RC_ASSERT(loads.active() == running.size());
    RC_ASSERT(loads.spilled() <= loads.requests());
    RC_ASSERT(loads.probes() >= loads.requests() + loads.spilled());
  }));
}

TEST_CASE("a request stays with its owner while that has a slot") {
  auto loads = BoundedLoads::Make(RingOf("xx64", 8), 1.25).value();
  REQUIRE(loads.SlotsOf(0, 1) == 1);
  for (const std::string& key : RandomKeys(1, 500)) {
    const NodeIndex node = loads.Acquire(key);
    REQUIRE(node == loads.ring().OwnerOf(key));
    loads.Release(node);
  }
  REQUIRE(loads.spilled() == 0);
  REQUIRE(loads.probes() == 500);
}

TEST_CASE("slots are a share of the requests rounded up") {
  auto loads =
      BoundedLoads::Make(BuildRing({"rendezvous", 1}, {{"a", 3}, {"b", 1}}).value(), 1.5).value();
  for (int i = 0; i < 16; ++i) loads.Acquire(std::to_string(i));
  REQUIRE(loads.active() == 16);
  REQUIRE(loads.SlotsOf(0) == 18);     // 16 x 1.5 x 3/4, whole
  REQUIRE(loads.SlotsOf(0, 1) == 20);  // 19.125
  REQUIRE(loads.SlotsOf(1) == 6);
  REQUIRE(loads.SlotsOf(1, 1) == 7);  // 6.375
}

TEST_CASE("requests for one key spill over all nodes in the key's own order") {
  const auto order = [](const std::string& key) {
    auto loads = BoundedLoads::Make(RingOf("xx64", 10), 1.000001).value();
    std::vector<NodeIndex> nodes;
    for (int i = 0; i < 9; ++i) nodes.push_back(loads.Acquire(key));  // the 10th makes 2 slots
    REQUIRE(loads.spilled() == 8);
    return nodes;
  };
  const std::vector<NodeIndex> hot = order("hot");
  REQUIRE(order("hot") == hot);
  std::vector<NodeIndex> sorted = hot;
  std::sort(sorted.begin(), sorted.end());
  REQUIRE(std::unique(sorted.begin(), sorted.end()) == sorted.end());  // each has one

  // Keys of one owner overflow to all the others, not to a neighbour.
  std::vector<int> second(10, 0);
  const RingPtr ring = RingOf("xx64", 10);
  for (const std::string& key : RandomKeys(5, 3000)) {
    if (ring->OwnerOf(key) == 0) second[order(key)[1]] += 1;
  }
  REQUIRE(second[0] == 0);
  const int all = std::accumulate(second.begin(), second.end(), 0);
  for (NodeIndex node = 1; node < 10; ++node) {
    CHECK(second[node] > all / 9 / 2);
    CHECK(second[node] < all / 9 * 2);
  }
}

TEST_CASE("bounded loads refuse a factor that bounds nothing or everything") {
  for (const double c : {1.0, 0.5, 0.0, -2.0, std::nan(""), HUGE_VAL}) {
    const auto loads = BoundedLoads::Make(RingOf("jump", 2), c);
    REQUIRE(!loads);
    REQUIRE(loads.error().code == Code::kInvalidArgument);
    REQUIRE_THAT(loads.error().message, Contains("a finite number above 1"));
  }
}

}  // namespace
}  // namespace ringlab
