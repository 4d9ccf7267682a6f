// The line against the plainest one: a list that is searched.
#include "core/mrc/recency_line.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/random.h"

namespace ringlab {
namespace {

struct Member {
  std::uint32_t number;
  std::uint32_t bytes;
};

RecencyLine::Sum SinceOnList(const std::vector<Member>& list, std::uint32_t number) {
  RecencyLine::Sum sum;
  for (auto at = list.rbegin(); at->number != number; ++at) {
    ++sum.members;
    sum.bytes += at->bytes;
  }
  return sum;
}

TEST_CASE("a recency line counts what was used since, as a list does") {
  constexpr std::uint32_t kMembers = 150;
  RecencyLine line(kMembers);
  std::vector<RecencyLine::Place> places(kMembers, RecencyLine::kNowhere);
  std::vector<Member> list;
  Rng rng(1);
  int compacted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto number = static_cast<std::uint32_t>(rng.Below(kMembers));
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Member& m) { return m.number == number; });
    if (found != list.end()) {
      const RecencyLine::Sum want = SinceOnList(list, number);
      const RecencyLine::Sum got = line.Since(places[number]);
      REQUIRE(got.members == want.members);
      REQUIRE(got.bytes == want.bytes);
      REQUIRE(line.bytes_at(places[number]) == found->bytes);
      line.Remove(places[number]);
      list.erase(found);
      places[number] = RecencyLine::kNowhere;
      if (rng.Below(4) == 0) continue;  // it stays away for a while
    }
    if (line.full()) {
      ++compacted;
      line.Compact([&](std::uint32_t m, RecencyLine::Place place) { places[m] = place; });
    }
    const auto bytes = static_cast<std::uint32_t>(rng.Below(1'000'000));
    places[number] = line.Append(number, bytes);
    list.push_back({number, bytes});
    REQUIRE(line.total().members == list.size());
  }
  CHECK(compacted > 50);
}

TEST_CASE("a member of a recency line may get another number") {
  RecencyLine line(2);
  const RecencyLine::Place first = line.Append(7, 10);
  line.Append(8, 20);
  line.Rename(first, 1);
  std::vector<std::uint32_t> order;
  line.Compact([&](std::uint32_t member, RecencyLine::Place) { order.push_back(member); });
  CHECK(order == std::vector<std::uint32_t>{1, 8});
  CHECK(line.total().bytes == 30);
}

}  // namespace
}  // namespace ringlab
