// RecencyLine: members in the order of their last use, and how many, of how many bytes, were used
// since one of them.
//
// Places on a line: who is used goes to its end, and leaves its former place empty. Sums over
// blocks of 64 places are a binary indexed tree (P. Fenwick, 1994); within a block they are added
// up. Half again as many places as members: when the line is full, all move up, which costs each
// use a few steps. Fixed memory: 12 bytes a member, and a few bytes a block. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringlab {

class RecencyLine {
 public:
  using Place = std::uint32_t;
  static constexpr Place kNowhere = ~Place{0};

  // At least one member, and fewer than 2^31.
  explicit RecencyLine(std::uint32_t members_max);

  struct Sum {
    std::uint64_t members = 0;
    std::uint64_t bytes = 0;
  };

  // Puts a member, which must not be on it, at the end: the line must not be full, nor have
  // members_max on it.
  Place Append(std::uint32_t member, std::uint32_t bytes);

  // Takes out who is at that place.
  void Remove(Place place);

  // Who is at that place is called so from now on.
  void Rename(Place place, std::uint32_t member) { members_[place] = member; }

  std::uint32_t bytes_at(Place place) const { return bytes_[place]; }

  // What was appended behind that place and is still there.
  Sum Since(Place place) const;
  const Sum& total() const { return total_; }

  // Whether no place is left; then Compact makes room, and tells moved(member, place) of each.
  bool full() const { return end_ == bytes_.size(); }
  template <class Moved>
  void Compact(Moved moved) {
    const Place old_end = Restart();
    for (Place from = 0; from < old_end; ++from) {
      if (members_[from] == kNobody) continue;
      const std::uint32_t member = members_[from];
      const std::uint32_t bytes = bytes_[from];
      members_[from] = kNobody;
      bytes_[from] = 0;
      moved(member, Append(member, bytes));
    }
  }

  std::size_t memory_bytes() const;

 private:
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  static constexpr std::uint32_t kBlock = 64;

  void AddToBlock(std::uint32_t block, std::uint64_t members, std::uint64_t bytes);
  Place Restart();

  std::vector<std::uint32_t> members_;  // by place
  std::vector<std::uint32_t> bytes_;    // likewise; 0 where nobody is
  std::vector<Sum> tree_;               // over blocks, from 1
  Sum total_;
  Place end_ = 0;  // the next place
};

}  // namespace ringlab
