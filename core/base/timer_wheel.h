// TimerWheel: which timed entries are due, without looking at the others.
//
// A hierarchical timing wheel (G. Varghese and A. Lauck, SOSP 1987, scheme 7): nine wheels of 16
// slots, the lowest of one tick (2^27 ns, 134 ms) a slot, each slot of a higher one as wide as the
// whole wheel below it, so that every TimePoint has a place. An entry moves down a wheel when time
// reaches its slot: eight times at most. Bit maps of the occupied slots skip the empty ones.
//
// Add and Remove take constant time. Nothing is ever due early, and at most one tick late.
// Intrusive: entries are linked, not owned, and nothing is allocated. Not thread-safe: one per
// Store.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace ringlab {

// What a timed entry carries for the wheel.
struct Timed {
  explicit Timed(TimePoint when) : due(when) {}

  Timed* next = nullptr;
  Timed** to_me = nullptr;  // the pointer that points here; null when in no wheel
  const TimePoint due;
};

class TimerWheel {
 public:
  static constexpr Duration kTick{std::int64_t{1} << 27};

  TimerWheel() = default;
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Links an entry that is in no wheel; it must not move until it is out again.
  void Add(Timed& entry);

  // Unlinks an entry that is in this wheel.
  void Remove(Timed& entry);

  // Unlinks and returns an entry with due <= now, once a tick has ended since; null when there is
  // none, or when `steps` ran out. Each entry that is looked at, moved or returned takes a step.
  // `now` never goes back.
  Timed* TakeDue(TimePoint now, std::size_t& steps);

  // When TakeDue is worth calling next: not after the tick in which the first entry is due ends,
  // perhaps before, to move entries down. kNever when empty.
  TimePoint NextDue() const;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

 private:
  using Tick = std::uint64_t;

  static constexpr int kDigitBits = 4;
  static constexpr unsigned kSlots = 1U << kDigitBits;
  static constexpr std::size_t kLevels = 9;  // 9 * 4 + 27 bits: all of a TimePoint

  static unsigned DigitOf(Tick tick, std::size_t level) {
    return static_cast<unsigned>(tick >> (level * kDigitBits)) % kSlots;
  }

  void Link(Timed& entry);
  bool MoveDown(std::size_t& steps);
  bool Proceed(Tick until);
  Tick NextTick() const;

  // Every entry that is due before this tick is out. An entry is on the lowest level on which its
  // digit differs from this tick's, or on level 0; so slots of this tick's digits are empty on the
  // others, but for those that MoveDown has not finished with.
  Tick at_ = 0;
  std::size_t size_ = 0;
  std::array<std::uint16_t, kLevels> occupied_{};  // bit s: slot s may not be empty
  std::array<std::array<Timed*, kSlots>, kLevels> slots_{};
};

}  // namespace ringlab
