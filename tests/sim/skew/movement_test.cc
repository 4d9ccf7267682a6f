#include "sim/skew/movement.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/sim/skew/some_rings.h"

namespace ringlab {
namespace {

std::shared_ptr<const Ring> Xx64(const Names& names) { return RingOf({"xx64", 50}, names); }

TEST_CASE("a ring moves nothing to itself") {
  const auto ring = Xx64(Numbered("n", 0, 5));
  const Movement same = CompareRings(*ring, *ring, {});
  REQUIRE(same.moved == 0);
  REQUIRE(same.ideal == 0);
  REQUIRE(same.recipients == 0);
  REQUIRE(same.recipients_possible == 0);
  REQUIRE(same.largest_recipient == 0);
}

TEST_CASE("a new node takes its share and nothing else moves") {
  const auto before = Xx64(Numbered("n", 0, 8));
  const auto after = *before->With({.name = "n8"});
  const Movement add = CompareRings(*before, *after, {});
  REQUIRE(!add.sampled_keys.has_value());
  REQUIRE(add.moved == Approx(after->Shares()[after->IndexOf("n8")]));
  REQUIRE(add.ideal == Approx(1.0 / 9));
  REQUIRE(add.spurious == 0);
  REQUIRE(add.recipients == 1);
  REQUIRE(add.recipients_possible == 1);
  REQUIRE(add.largest_recipient == 1);
}

TEST_CASE("a removed node leaves its share to all others") {
  const auto before = Xx64(Numbered("n", 0, 8));
  const Movement remove = CompareRings(*before, **before->Without("n3"), {});
  REQUIRE(remove.moved == Approx(before->Shares()[3]));
  REQUIRE(remove.ideal == Approx(1.0 / 8));
  REQUIRE(remove.spurious == 0);
  REQUIRE(remove.recipients == 7);
  REQUIRE(remove.recipients_possible == 7);
  REQUIRE(remove.largest_recipient > 1.0 / 7);
  REQUIRE(remove.largest_recipient < 0.5);

  // With one point, one neighbour gets all of it.
  const auto single = RingOf({"xx64", 1}, Numbered("n", 0, 8));
  const Movement to_one = CompareRings(*single, **single->Without("n3"), {});
  REQUIRE(to_one.recipients == 1);
  REQUIRE(to_one.largest_recipient == 1);
}

TEST_CASE("moves between nodes that stay are spurious") {
  // The nodes keep their names and get other points.
  const Names names = Numbered("n", 0, 4);
  const Movement redealt =
      CompareRings(*RingOf({"xx64", 50}, names), *RingOf({"xx64", 1}, names), {});
  REQUIRE(redealt.moved > 0.4);
  REQUIRE(redealt.spurious == redealt.moved);
  REQUIRE(redealt.ideal == 0);
}

TEST_CASE("a heavier newcomer is expected to take more") {
  const auto before = Xx64(Numbered("n", 0, 3));
  const auto after = before->With({.name = "big", .weight = 3});
  REQUIRE(after);
  REQUIRE(CompareRings(*before, **after, {}).ideal == Approx(0.5));
}

TEST_CASE("rings of different dialects are compared by keys") {
  const Names names = Numbered("n", 0, 4);
  const auto xx64 = Xx64(names);
  const auto crc32 = RingOf({"crc32-prefix", 50}, names);
  const Movement other = CompareRings(*xx64, *crc32, {.keys = 20'000, .seed = 1});
  REQUIRE(other.sampled_keys.has_value());
  // Two owners drawn independently are the same for about a quarter of the keys.
  REQUIRE(other.moved == Approx(0.75).margin(0.03));
  REQUIRE(other.spurious == other.moved);
  REQUIRE(other.recipients == 4);
}

TEST_CASE("what a new node takes is one over the nodes on average with the deviation of a share") {
  constexpr int kRings = 300;
  constexpr double kNodes = 8;
  Rng rng(20);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kRings; ++i) {
    const auto before = Xx64(RandomNames(8, rng));
    const auto after = *before->With({.name = "new"});
    const Movement add = CompareRings(*before, *after, {});
    REQUIRE(add.spurious == 0);
    REQUIRE(add.recipients == 1);
    sum += add.moved;
    squares += add.moved * add.moved;
  }
  const double mean = sum / kRings;
  const double deviation = std::sqrt(squares / kRings - mean * mean);
  // The share of one of nine nodes: mean 1/9, deviation CV / 9. Within 4 standard errors.
  const double expected = std::sqrt(kNodes / (9 * 50 + 1)) / 9;
  REQUIRE(mean == Approx(1.0 / 9).margin(4 * expected / std::sqrt(kRings)));
  REQUIRE(deviation == Approx(expected).epsilon(4 / std::sqrt(2.0 * kRings)));
}

}  // namespace
}  // namespace ringlab
