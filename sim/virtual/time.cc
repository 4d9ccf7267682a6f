#include "sim/virtual/time.h"

#include <algorithm>
#include <iterator>

namespace ringlab {

void VirtualTime::At(TimePoint when, VirtualHost& host, Task task, const TimerLane* lane) {
  if (when == kNever) return;
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot] = {std::move(task), &host, lane};
  heap_.push_back({std::max(when, now_), sequence_++, slot});
  std::push_heap(heap_.begin(), heap_.end(), Later);
}

VirtualTime::Entry VirtualTime::Pop() {
  std::pop_heap(heap_.begin(), heap_.end(), Later);
  const Entry entry = heap_.back();
  heap_.pop_back();
  return entry;
}

bool VirtualTime::Step(TimePoint until) {
  while (!heap_.empty() && heap_.front().when <= until) {
    const Entry entry = Pop();
    now_ = std::max(now_, entry.when);
    const Slot& slot = slots_[entry.slot];
    if (slot.host->frozen > 0) {
      frozen_.push_back(entry);
      continue;
    }
    VirtualHost* const host = slot.host;
    Task task = Release(entry.slot);
    ++events_;
    Note(static_cast<std::uint64_t>(now_.time_since_epoch().count()) ^
         (std::uint64_t{host->id} << 56));
    const Turn turn(*this, host);
    task();
    task = nullptr;  // what it carries may call, as this host
    return true;
  }
  now_ = std::max(now_, until == kNever ? now_ : until);
  return false;
}

void VirtualTime::RunUntil(TimePoint until) {
  while (Step(until)) {
  }
}

// It was due at its own time, and so comes before whatever is due now.
void VirtualTime::Thaw(VirtualHost& host) {
  if (--host.frozen > 0) return;
  const auto stay = std::stable_partition(frozen_.begin(), frozen_.end(), [&](const Entry& entry) {
    return slots_[entry.slot].host == &host;
  });
  for (auto entry = frozen_.begin(); entry != stay; ++entry) {
    heap_.push_back(*entry);
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }
  frozen_.erase(frozen_.begin(), stay);
}

// In their order: what a task carries may act when it ends.
void VirtualTime::Drop(const TimerLane* lane) {
  std::vector<Entry> entries;
  const auto take = [&](std::vector<Entry>& from) {
    const auto first = std::stable_partition(from.begin(), from.end(), [&](const Entry& entry) {
      return slots_[entry.slot].lane != lane;
    });
    entries.insert(entries.end(), first, from.end());
    from.erase(first, from.end());
  };
  take(heap_);
  take(frozen_);
  std::make_heap(heap_.begin(), heap_.end(), Later);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return Later(b, a); });
  for (const Entry& entry : entries) Release(entry.slot);
}

void VirtualTime::DropAll() {
  while (!heap_.empty()) Release(Pop().slot);
  while (!frozen_.empty()) {
    const std::uint32_t slot = frozen_.back().slot;
    frozen_.pop_back();
    Release(slot);
  }
}

// The task ends outside: it may ask for more.
Task VirtualTime::Release(std::uint32_t slot) {
  Task task = std::move(slots_[slot].task);
  slots_[slot] = {};
  free_.push_back(slot);
  return task;
}

}  // namespace ringlab
