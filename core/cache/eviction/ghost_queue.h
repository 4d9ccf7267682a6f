// GhostQueue: which keys a policy gave up lately, by 32 bits of their hash.
//
// A queue of the last so many, in an array, and an index over it (open addressing, linear probing,
// at most half full, backward-shift deletion as in ItemTable): 12 bytes a place. The array doubles
// as the queue grows, within a bound of bytes; below 96 bytes it remembers nothing. Two keys with
// the same 32 bits are one to it. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringlab {

class GhostQueue {
 public:
  explicit GhostQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Remembers `hash` as the latest of the last `places_max`: the oldest are forgotten. One that it
  // remembers already keeps its place.
  void Push(std::uint32_t hash, std::size_t places_max);

  // Whether it remembers `hash`, which it then forgets; its place stays taken.
  bool Take(std::uint32_t hash);

  // From now on; forgets everything if it has grown beyond that.
  void SetBytesMax(std::size_t bytes_max) {
    bytes_max_ = bytes_max;
    if (bytes() > bytes_max) Clear();
  }

  // Forgets everything, and gives the memory back.
  void Clear();

  std::size_t bytes() const { return places_.size() * kPlaceBytes; }

  static constexpr std::size_t kPlaceBytes = 12;
  static constexpr std::size_t kPlacesMin = 8;

 private:
  using Place = std::uint32_t;

  bool MayGrow() const;
  void Grow();
  void DropOldest();
  std::size_t SlotOf(std::uint32_t hash) const;
  void File(std::uint32_t hash, std::size_t place);
  void EraseSlot(std::size_t hole);
  std::size_t Wrap(std::uint64_t at) const { return at & (places_.size() - 1); }

  std::size_t bytes_max_;
  std::uint64_t begin_ = 0;            // the oldest; at Wrap(begin_) of places_
  std::uint64_t end_ = 0;              // behind the latest
  std::vector<std::uint32_t> places_;  // hashes; a power of two, or none
  std::vector<Place> index_;           // 1 + the place of a hash, 0 = empty; twice as many
};

}  // namespace ringlab
