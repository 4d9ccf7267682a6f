#include "core/cache/eviction/ghost_queue.h"

#include <algorithm>
#include <utility>

namespace ringlab {

void GhostQueue::Push(std::uint32_t hash, std::size_t places_max) {
  while (end_ - begin_ >= places_max && end_ > begin_) DropOldest();
  if (places_max == 0) return;
  if (end_ - begin_ == places_.size()) {
    if (MayGrow()) {
      Grow();
    } else if (places_.empty()) {
      return;
    } else {
      DropOldest();
    }
  }
  if (index_[SlotOf(hash)] != 0) return;
  places_[Wrap(end_)] = hash;
  File(hash, Wrap(end_));
  ++end_;
}

bool GhostQueue::Take(std::uint32_t hash) {
  if (places_.empty()) return false;
  const std::size_t slot = SlotOf(hash);
  if (index_[slot] == 0) return false;
  EraseSlot(slot);
  return true;
}

void GhostQueue::Clear() {
  begin_ = end_ = 0;
  places_ = {};
  index_ = {};
}

bool GhostQueue::MayGrow() const {
  return std::max(2 * places_.size(), kPlacesMin) * kPlaceBytes <= bytes_max_;
}

// The queue begins anew at place 0 of the larger array; places of hashes that were taken stay
// taken.
void GhostQueue::Grow() {
  const std::vector<std::uint32_t> places =
      std::exchange(places_, std::vector<std::uint32_t>(std::max(2 * places_.size(), kPlacesMin)));
  const std::vector<Place> index = std::exchange(index_, std::vector<Place>(2 * places_.size()));
  for (std::uint64_t at = begin_; at != end_; ++at) {
    places_[at - begin_] = places[at & (places.size() - 1)];
  }
  for (const Place entry : index) {
    if (entry == 0) continue;
    const std::size_t place = (entry - 1 - begin_) & (places.size() - 1);
    File(places_[place], place);
  }
  end_ -= std::exchange(begin_, 0);
}

void GhostQueue::DropOldest() {
  const std::size_t place = Wrap(begin_++);
  const std::size_t slot = SlotOf(places_[place]);
  if (index_[slot] == place + 1) EraseSlot(slot);  // else it was taken
}

// Where the hash is, or the empty slot where it would be.
std::size_t GhostQueue::SlotOf(std::uint32_t hash) const {
  const std::size_t mask = index_.size() - 1;
  std::size_t slot = hash & mask;
  while (index_[slot] != 0 && places_[index_[slot] - 1] != hash) slot = (slot + 1) & mask;
  return slot;
}

void GhostQueue::File(std::uint32_t hash, std::size_t place) {
  index_[SlotOf(hash)] = static_cast<Place>(place + 1);
}

void GhostQueue::EraseSlot(std::size_t hole) {
  const std::size_t mask = index_.size() - 1;
  for (std::size_t i = (hole + 1) & mask; index_[i] != 0; i = (i + 1) & mask) {
    const std::size_t home = places_[index_[i] - 1] & mask;
    if (((i - home) & mask) >= ((i - hole) & mask)) {
      index_[hole] = index_[i];
      hole = i;
    }
  }
  index_[hole] = 0;
}

}  // namespace ringlab
