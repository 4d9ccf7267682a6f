#include "sim/skew/skew.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "core/base/hash.h"
#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

// Even by construction and without arcs, as rendezvous is.
class EvenRing final : public Ring {
 public:
  explicit EvenRing(std::vector<RingNode> nodes) : Ring("rendezvous", 1, std::move(nodes)) {}

  NodeIndex OwnerOf(std::string_view key) const override {
    return static_cast<NodeIndex>(HashKey(key) % nodes().size());
  }
  std::vector<double> Shares() const override {
    return std::vector<double>(nodes().size(), 1 / static_cast<double>(nodes().size()));
  }
  Result<std::shared_ptr<const Ring>> With(const RingNode& node) const override {
    return std::make_shared<const EvenRing>(*NodesWith(node));
  }
  Result<std::shared_ptr<const Ring>> Without(std::string_view name) const override {
    return std::make_shared<const EvenRing>(*NodesWithout(name));
  }
  std::size_t bytes() const override { return 0; }
};

TEST_CASE("the skew of the golden ring of eight is exact") {
  const Skew skew = MeasureSkew(*RingOf({"crc32-prefix", 50}, Numbered("node-", 0, 8)), {});
  const std::uint64_t golden[] = {461923390, 592960897, 491910463, 620370640,
                                  604391443, 471672255, 607684620, 444053588};
  REQUIRE(!skew.sampled_keys.has_value());
  REQUIRE(skew.circle == Units{1} << 32);
  for (std::size_t i = 0; i < 8; ++i) {
    REQUIRE(*skew.nodes[i].units == golden[i]);
    REQUIRE(*skew.nodes[i].points == 50);
    REQUIRE(skew.nodes[i].ideal == 0.125);
    REQUIRE(skew.nodes[i].relative == Approx(static_cast<double>(golden[i]) / 0x1p29));
  }
  REQUIRE(skew.balance.peak_to_mean == Approx(1.1555).margin(0.00005));
  REQUIRE(skew.balance.min_to_mean == Approx(0.8271).margin(0.00005));
  REQUIRE(skew.balance.cv == Approx(0.1320).margin(0.00005));
  REQUIRE(skew.balance.gini == Approx(0.0717).margin(0.00005));
  REQUIRE(skew.balance.jain == Approx(0.9829).margin(0.00005));
  REQUIRE(*skew.max_to_min == Approx(620370640.0 / 444053588));
  // The middle of the fourth and fifth.
  REQUIRE(skew.p50 == Approx((491910463.0 + 592960897.0) / 0x1p30));
  REQUIRE(skew.p1 > skew.balance.min_to_mean);
  REQUIRE(skew.p99 < skew.balance.peak_to_mean);
}

TEST_CASE("the skew of the golden ring of three is exact") {
  const Skew skew =
      MeasureSkew(*RingOf({"crc32-prefix", 50}, Numbered("127.0.0.1:", 50051, 3)), {});
  REQUIRE(*skew.nodes[0].units == 1162919405);
  REQUIRE(*skew.nodes[1].units == 1576409371);
  REQUIRE(*skew.nodes[2].units == 1555638520);
  REQUIRE(skew.balance.peak_to_mean == Approx(1.1011).margin(0.00005));
  REQUIRE(skew.balance.min_to_mean == Approx(0.8123).margin(0.00005));
  REQUIRE(skew.balance.cv == Approx(0.1329).margin(0.00005));
}

TEST_CASE("one node owns everything with one point or many") {
  for (const std::uint32_t replicas : {1u, 7u}) {
    const Skew skew = MeasureSkew(*RingOf({"xx64", replicas}, Names{"only"}), {});
    REQUIRE(*skew.nodes[0].units == Units{1} << 64);
    REQUIRE(skew.balance.cv == 0);
    REQUIRE(skew.p99 == 1);
  }
}

TEST_CASE("rings without arcs are sampled and say so") {
  const EvenRing ring(EqualNodes(Numbered("n", 0, 8)));
  const Skew skew = MeasureSkew(ring, {.keys = 200'000, .seed = 5});
  REQUIRE(skew.sampled_keys.has_value());
  REQUIRE(*skew.sampled_keys == 200'000);
  REQUIRE(!skew.circle);
  REQUIRE(!skew.nodes[0].units);
  std::uint64_t keys = 0;
  for (const NodeShare& node : skew.nodes) keys += *node.keys;
  REQUIRE(keys == 200'000);
  // K cv^2 is chi-square with 7 degrees of freedom: 24.3 is its 99.9 % point, 0.6 its 0.1 % point.
  REQUIRE(200'000 * skew.balance.cv * skew.balance.cv < 24.3);
  REQUIRE(200'000 * skew.balance.cv * skew.balance.cv > 0.6);
  REQUIRE(SharesIn(MeasureSkew(ring, {.keys = 200'000, .seed = 5})) == SharesIn(skew));
  REQUIRE(SharesIn(MeasureSkew(ring, {.keys = 200'000, .seed = 6})) != SharesIn(skew));
}

TEST_CASE("a node that owns nothing has no ratio to it") {
  const EvenRing ring(EqualNodes(Numbered("n", 0, 8)));
  REQUIRE(!MeasureSkew(ring, {.keys = 3, .seed = 1}).max_to_min);
}

TEST_CASE("weighted nodes are measured against their weights") {
  const std::vector<double> ideal = IdealShares({1, 3});
  REQUIRE(ideal == std::vector<double>{0.25, 0.75});
  const BalanceStats right = BalanceAgainst({0.25, 0.75}, ideal);
  REQUIRE(right.peak_to_mean == 1);
  REQUIRE(right.cv == 0);
  REQUIRE(right.gini == 0);

  const BalanceStats off = BalanceAgainst({0.5, 0.5}, ideal);
  REQUIRE(off.peak_to_mean == Approx(2));
  REQUIRE(off.min_to_mean == Approx(2.0 / 3));
  // By hand: 0.25 (2 - 1)^2 + 0.75 (2/3 - 1)^2, and 0.25 x 0.75 (2 - 2/3).
  REQUIRE(off.cv == Approx(std::sqrt(1.0 / 3)));
  REQUIRE(off.jain == Approx(0.75));
  REQUIRE(off.gini == Approx(0.25));
}

TEST_CASE("a node of weight two is two nodes of weight one that it stands for") {
  const BalanceStats four = BalanceAgainst({0.15, 0.15, 0.4, 0.3}, IdealShares({1, 1, 1, 1}));
  const BalanceStats three = BalanceAgainst({0.3, 0.4, 0.3}, IdealShares({2, 1, 1}));
  REQUIRE(three.peak_to_mean == Approx(four.peak_to_mean));
  REQUIRE(three.min_to_mean == Approx(four.min_to_mean));
  REQUIRE(three.cv == Approx(four.cv));
  REQUIRE(three.gini == Approx(four.gini));
  REQUIRE(three.jain == Approx(four.jain));
}

TEST_CASE("quantiles lie on straight lines between values") {
  const std::vector<double> sorted = {1, 2, 4};
  REQUIRE(Quantile(sorted, 0) == 1);
  REQUIRE(Quantile(sorted, 0.25) == 1.5);
  REQUIRE(Quantile(sorted, 0.75) == 3);
  REQUIRE(Quantile(sorted, 1) == 4);
  REQUIRE(Quantile({3}, 0.5) == 3);
}

}  // namespace
}  // namespace ringlab
