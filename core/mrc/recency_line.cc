#include "core/mrc/recency_line.h"

#include <algorithm>

#include "core/base/check.h"

namespace ringlab {

RecencyLine::RecencyLine(std::uint32_t members_max) {
  RL_CHECK(members_max >= 1 && members_max < (std::uint32_t{1} << 31));
  const std::uint64_t wanted = std::uint64_t{members_max} + members_max / 2 + 1;
  const std::uint64_t blocks = (wanted + kBlock - 1) / kBlock;
  members_.assign(blocks * kBlock, kNobody);
  bytes_.assign(blocks * kBlock, 0);
  tree_.assign(blocks + 1, {});
}

RecencyLine::Place RecencyLine::Append(std::uint32_t member, std::uint32_t bytes) {
  RL_CHECK_BECAUSE(!full(), "nobody made room on the line");
  const Place place = end_++;
  members_[place] = member;
  bytes_[place] = bytes;
  AddToBlock(place / kBlock, 1, bytes);
  return place;
}

void RecencyLine::Remove(Place place) {
  // Unsigned numbers wrap: to add so much less than 0 is to subtract.
  AddToBlock(place / kBlock, ~std::uint64_t{0}, std::uint64_t{0} - bytes_[place]);
  members_[place] = kNobody;
  bytes_[place] = 0;
}

void RecencyLine::AddToBlock(std::uint32_t block, std::uint64_t members, std::uint64_t bytes) {
  total_.members += members;
  total_.bytes += bytes;
  for (std::size_t at = block + 1; at < tree_.size(); at += at & (~at + 1)) {
    tree_[at].members += members;
    tree_[at].bytes += bytes;
  }
}

RecencyLine::Sum RecencyLine::Since(Place place) const {
  Sum before;  // up to the place, itself included
  for (std::size_t at = place / kBlock; at > 0; at &= at - 1) {
    before.members += tree_[at].members;
    before.bytes += tree_[at].bytes;
  }
  for (Place at = place / kBlock * kBlock; at <= place; ++at) {
    before.members += members_[at] != kNobody ? 1 : 0;
    before.bytes += bytes_[at];
  }
  return {total_.members - before.members, total_.bytes - before.bytes};
}

// Nobody counts any more, though members_ and bytes_ are as they were. The end that was.
RecencyLine::Place RecencyLine::Restart() {
  std::fill(tree_.begin(), tree_.end(), Sum{});
  total_ = {};
  const Place old_end = end_;
  end_ = 0;
  return old_end;
}

std::size_t RecencyLine::memory_bytes() const {
  return members_.size() * sizeof(members_[0]) + bytes_.size() * sizeof(bytes_[0]) +
         tree_.size() * sizeof(Sum);
}

}  // namespace ringlab
