#include "loadgen/plan/trace_sizes.h"

#include <algorithm>
#include <string>
#include <utility>

namespace ringlab {

namespace {

constexpr std::size_t kSlotsMin = 1024;  // a power of two

// The slot of a hash, or the empty one where it goes.
SizeIndex::Entry& SlotOf(std::uint64_t hash, std::vector<SizeIndex::Entry>& slots) {
  std::size_t at = hash & (slots.size() - 1);
  while (slots[at].size != 0 && slots[at].hash != hash) at = (at + 1) & (slots.size() - 1);
  return slots[at];
}

}  // namespace

void TraceSizes::Add(std::string_view key, std::uint64_t size) {
  if (size == 0) return;
  if (2 * keys_ >= slots_.size()) Grow();
  const std::uint64_t hash = SizeIndex::HashOf(key);
  SizeIndex::Entry& slot = SlotOf(hash, slots_);
  if (slot.size != 0 || is_full()) return;
  slot = {.hash = hash, .size = static_cast<std::uint32_t>(std::clamp(size, kSizeMin, kSizeMax))};
  ++keys_;
}

void TraceSizes::Grow() {
  std::vector<SizeIndex::Entry> more(std::max(kSlotsMin, 2 * slots_.size()));
  for (const SizeIndex::Entry& slot : slots_) {
    if (slot.size != 0) SlotOf(slot.hash, more) = slot;
  }
  slots_ = std::move(more);
}

std::string TraceSizes::Encode() const {
  std::vector<SizeIndex::Entry> entries;
  entries.reserve(keys_);
  for (const SizeIndex::Entry& slot : slots_) {
    if (slot.size != 0) entries.push_back(slot);
  }
  return SizeIndex::Encode(std::move(entries));
}

std::shared_ptr<const SizeIndex> TraceSizes::Index() const {
  const auto bytes = std::make_shared<const std::string>(Encode());
  return SizeIndex::Read(*bytes, bytes).value();
}

}  // namespace ringlab
