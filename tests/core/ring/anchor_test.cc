// AnchorHash against its published pseudo-code, and what any history of changes keeps.
#include "core/ring/anchor.h"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

// The paper's arrays A, K, L, W and R and its N, line for line; buckets only.
class PublishedAnchor {
 public:
  PublishedAnchor(std::uint32_t a, std::uint32_t w) : a_(a, 0), k_(a), l_(a), w_(a), n_(w) {
    for (std::uint32_t b = 0; b < a; ++b) k_[b] = l_[b] = w_[b] = b;
    for (std::uint32_t b = a; b-- > w;) {
      r_.push_back(b);
      a_[b] = b;
    }
  }

  std::uint32_t Bucket(std::string_view key) const {
    const std::uint64_t k = HashXx64(key, 0);
    std::uint32_t b = Reduce(k, static_cast<std::uint32_t>(a_.size()));
    while (a_[b] > 0) {
      std::uint32_t h = Reduce(Mix64(k + (b + 1ULL) * 0x9e3779b97f4a7c15ULL), a_[b]);
      while (a_[h] >= a_[b]) h = k_[h];
      b = h;
    }
    return b;
  }

  std::uint32_t Add() {
    const std::uint32_t b = r_.back();
    r_.pop_back();
    a_[b] = 0;
    l_[w_[n_]] = n_;
    w_[l_[b]] = k_[b] = b;
    ++n_;
    return b;
  }

  void Remove(std::uint32_t b) {
    r_.push_back(b);
    --n_;
    a_[b] = n_;
    w_[l_[b]] = k_[b] = w_[n_];
    l_[w_[n_]] = l_[b];
  }

 private:
  static std::uint32_t Reduce(std::uint64_t hash, std::uint32_t bound) {
    return static_cast<std::uint32_t>((Units{hash} * bound) >> 64);
  }

  std::vector<std::uint32_t> a_, k_, l_, w_, r_;
  std::uint32_t n_;
};

RingPtr NewAnchor(std::uint32_t capacity, const Names& names) {
  return std::make_shared<const AnchorRing>(capacity, EqualNodes(names));
}

TEST_CASE("anchor owns what the published algorithm owns after any changes") {
  REQUIRE(rc::check("history", [](std::uint64_t seed) {
    Rng rng(seed);
    const auto first = static_cast<int>(1 + rng.Below(12));
    const auto capacity =
        static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(rng.Below(12));
    const Names keys = RandomKeys(seed, 100);
    RingPtr ring = NewAnchor(capacity, Numbered("n", 10, first));
    PublishedAnchor model(capacity, static_cast<std::uint32_t>(first));
    std::vector<std::pair<std::uint32_t, std::string>> homes;
    for (int i = 0; i < first; ++i) {
      homes.emplace_back(i, "n" + std::to_string(10 + i));
    }
    for (int change = 0; change < 30; ++change) {
      if (rng.Below(2) == 0) {
        const std::string name = "n" + std::to_string(100 + change);
        const auto with = ring->With({.name = name});
        RC_ASSERT(with.has_value() == (homes.size() < capacity));
        if (!with) continue;
        ring = *with;
        homes.emplace_back(model.Add(), name);
      } else if (homes.size() > 1) {
        const auto leaver = homes.begin() + static_cast<std::ptrdiff_t>(rng.Below(homes.size()));
        ring = ring->Without(leaver->second).value();
        model.Remove(leaver->first);
        homes.erase(leaver);
      }
      for (const std::string& key : keys) {
        const auto home =
            std::ranges::find(homes, std::pair(model.Bucket(key), OwnerName(*ring, key)));
        RC_ASSERT(home != homes.end());
      }
    }
  }));
}

TEST_CASE("anchor moves only the keys of the node that leaves or comes") {
  const Names keys = RandomKeys(1812, 20'000);
  Rng rng(9674);
  RingPtr ring = NewAnchor(40, Numbered("node-", 0, 20));
  for (int change = 0; change < 30; ++change) {
    const bool leaves = ring->nodes().size() > 1 && rng.Below(3) != 0;
    const std::string name =
        leaves ? ring->nodes()[rng.Below(ring->nodes().size())] : "more-" + std::to_string(change);
    const RingPtr next = leaves ? ring->Without(name).value() : ring->With({.name = name}).value();
    const Ring& with = leaves ? *ring : *next;
    const KeyMoves moves = CompareKeys(*ring, *next, keys);
    REQUIRE(moves.spurious == 0);
    REQUIRE(moves.moved == CountOwners(with, keys)[with.IndexOf(name)]);
    ring = next;
  }
  REQUIRE(ring->nodes().size() == 12);
  const double chi2 = ChiSquare(CountOwners(*ring, keys), ring->Shares());
  REQUIRE(chi2 < 31.26);  // 99.9 % point at 11 degrees of freedom: still even
}

TEST_CASE("anchor rings of one membership and different histories differ") {
  const RingPtr abc = NewAnchor(8, {"a", "b", "c", "d"});
  const RingPtr one = abc->Without("a").value()->Without("b").value();
  const RingPtr other = abc->Without("b").value()->Without("a").value();
  REQUIRE(one->nodes() == other->nodes());
  REQUIRE(one->fingerprint() != other->fingerprint());
  REQUIRE(one->fingerprint() != NewAnchor(8, {"c", "d"})->fingerprint());
  REQUIRE(CompareKeys(*one, *other, RandomKeys(1, 2000)).moved > 0);

  // Back again in the opposite order, which undoes both.
  const RingPtr again = one->With({.name = "b"}).value()->With({.name = "a"}).value();
  REQUIRE(again->fingerprint() == abc->fingerprint());
  REQUIRE(CompareKeys(*abc, *again, RandomKeys(1, 2000)).moved == 0);
  // A new name in a freed bucket is another ring, with other owners' names alone.
  const RingPtr renamed = abc->Without("a").value()->With({.name = "z"}).value();
  for (const std::string& key : RandomKeys(2, 500)) {
    const std::string& owner = OwnerName(*abc, key);
    REQUIRE(OwnerName(*renamed, key) == (owner == "a" ? "z" : owner));
  }
}

TEST_CASE("anchor has room for its capacity and no more") {
  REQUIRE(AnchorRing::DefaultCapacity(1) == 16);
  REQUIRE(AnchorRing::DefaultCapacity(8) == 16);
  REQUIRE(AnchorRing::DefaultCapacity(9) == 32);
  REQUIRE(AnchorRing::DefaultCapacity(1000) == 2048);
  REQUIRE(AnchorRing::DefaultCapacity(AnchorRing::kMaxCapacity) == AnchorRing::kMaxCapacity);
  const RingPtr full = NewAnchor(2, {"a", "b"});
  const auto more = full->With({.name = "c"});
  REQUIRE(!more);
  REQUIRE(more.error().code == Code::kResourceExhausted);
  REQUIRE_THAT(more.error().message, Contains("add node \"c\"") && Contains("for 2 nodes"));
}

}  // namespace
}  // namespace ringlab
