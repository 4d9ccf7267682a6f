#include "core/ring/membership.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/ring/spec.h"

namespace ringlab {
namespace {

std::shared_ptr<const Ring> RingOf(std::vector<std::string> names) {
  return BuildRing({"xx64", 8}, EqualNodes(names)).value();
}

TEST_CASE("a view knows which node is self") {
  const Membership membership("b", RingOf({"c", "b", "a"}));
  REQUIRE(membership.self_name() == "b");
  const auto view = membership.Snapshot();
  REQUIRE(view->epoch == 1);
  REQUIRE(view->self == 1);
  REQUIRE(view->owner_name(view->self) == "b");
  REQUIRE(view->IsSelf(1));
  REQUIRE(!view->IsSelf(0));
}

TEST_CASE("a node that is not on the ring owns nothing") {
  const Membership membership("x", RingOf({"a", "b"}));
  const auto view = membership.Snapshot();
  REQUIRE(view->self == kNoNode);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(!view->IsSelf(view->ring->OwnerOf("key-" + std::to_string(i))));
  }
}

TEST_CASE("a swap changes later snapshots and leaves earlier ones whole") {
  Membership membership("b", RingOf({"a", "b"}));
  const auto before = membership.Snapshot();
  membership.Swap(RingOf({"b", "c"}));
  const auto after = membership.Snapshot();
  REQUIRE(before->epoch == 1);
  REQUIRE(before->self == 1);
  REQUIRE(before->ring->nodes() == std::vector<std::string>{"a", "b"});
  REQUIRE(after->epoch == 2);
  REQUIRE(after->self == 0);
  REQUIRE(after->ring->fingerprint() == RingOf({"b", "c"})->fingerprint());
  REQUIRE(membership.Snapshot() == after);
}

TEST_CASE("membership frees the rings that nobody looks at") {
  std::weak_ptr<const Ring> first;
  Membership membership("a", RingOf({"a"}));
  first = membership.Snapshot()->ring;
  auto held = membership.Snapshot();
  membership.Swap(RingOf({"b"}));
  REQUIRE(!first.expired());
  held.reset();
  REQUIRE(first.expired());
}

// Self is on the rings of odd epochs only, as the writer alternates: a view that mixed two of them
// would show.
TEST_CASE("snapshots are whole and in order while rings are swapped") {
  constexpr std::uint64_t kSwaps = 2000;
  constexpr int kReaders = 3;
  const auto with_self = RingOf({"a", "self"});
  Membership membership("self", with_self);
  std::atomic<int> faults{0};
  std::atomic<std::uint64_t> seen{0};

  const auto read = [&] {
    std::uint64_t last = 0;
    while (last <= kSwaps) {
      const auto view = membership.Snapshot();
      const bool on_ring = view->epoch % 2 == 1;
      const bool whole = (view->self != kNoNode) == on_ring &&
                         view->ring->IndexOf("self") == view->self &&
                         view->ring->OwnerOf("key") < view->ring->nodes().size();
      if (!whole || view->epoch < last) ++faults;
      last = view->epoch;
      ++seen;
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) readers.emplace_back(read);
  for (std::uint64_t i = 0; i < kSwaps; ++i) {
    membership.Swap(i % 2 == 0 ? RingOf({"a", "b"}) : with_self);
  }
  for (std::thread& reader : readers) reader.join();
  REQUIRE(faults == 0);
  REQUIRE(seen >= kReaders);
  REQUIRE(membership.Snapshot()->epoch == kSwaps + 1);
}

TEST_CASE("no swap is lost when several threads swap") {
  constexpr int kWriters = 4;
  constexpr int kSwaps = 500;
  const auto ring = RingOf({"a", "b"});
  Membership membership("a", ring);
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int swap = 0; swap < kSwaps; ++swap) membership.Swap(ring);
    });
  }
  for (std::thread& writer : writers) writer.join();
  REQUIRE(membership.Snapshot()->epoch == 1 + kWriters * kSwaps);
}

}  // namespace
}  // namespace ringlab
