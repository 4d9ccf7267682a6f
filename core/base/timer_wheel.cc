#include "core/base/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "core/base/check.h"

namespace ringlab {

namespace {

constexpr int kTickBits = 27;
constexpr int kTimeBits = 63;
static_assert(TimerWheel::kTick.count() == std::int64_t{1} << kTickBits);

constexpr std::uint64_t kNoTick = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kTickMax = (std::uint64_t{1} << (kTimeBits - kTickBits)) - 1;

std::uint64_t NanosOf(TimePoint time) {
  return static_cast<std::uint64_t>(std::max(time.time_since_epoch(), Duration::zero()).count());
}

// The last tick that has begun by then; the first that begins no sooner.
std::uint64_t TickAt(TimePoint time) { return NanosOf(time) >> kTickBits; }

std::uint64_t TickFrom(TimePoint time) {
  const std::uint64_t last_of_tick = (std::uint64_t{1} << kTickBits) - 1;
  return std::min((NanosOf(time) + last_of_tick) >> kTickBits, kTickMax);
}

void Unlink(Timed& entry) {
  *entry.to_me = entry.next;
  if (entry.next != nullptr) entry.next->to_me = entry.to_me;
  entry.to_me = nullptr;
}

}  // namespace

void TimerWheel::Add(Timed& entry) {
  RL_CHECK(entry.to_me == nullptr);
  Link(entry);
  ++size_;
}

void TimerWheel::Remove(Timed& entry) {
  RL_CHECK(entry.to_me != nullptr);
  Unlink(entry);
  --size_;
}

Timed* TimerWheel::TakeDue(TimePoint now, std::size_t& steps) {
  const Tick until = TickAt(now);
  if (until < at_) return nullptr;
  while (size_ > 0 && MoveDown(steps)) {
    Timed* const due = slots_[0][DigitOf(at_, 0)];
    if (due != nullptr) {
      if (steps == 0) return nullptr;
      --steps;
      Remove(*due);
      return due;
    }
    if (!Proceed(until)) return nullptr;
  }
  if (size_ == 0) at_ = until;
  return nullptr;
}

TimePoint TimerWheel::NextDue() const {
  const Tick next = NextTick();
  if (next == kNoTick) return kNever;
  return TimePoint{Duration{static_cast<Duration::rep>(next << kTickBits)}};
}

void TimerWheel::Link(Timed& entry) {
  const Tick tick = std::max(TickFrom(entry.due), at_);
  const auto bits = static_cast<int>(std::bit_width(tick ^ at_));
  const auto level = static_cast<std::size_t>(std::max(bits - 1, 0) / kDigitBits);
  const unsigned slot = DigitOf(tick, level);
  Timed*& first = slots_[level][slot];
  entry.next = first;
  entry.to_me = &first;
  if (first != nullptr) first->to_me = &entry.next;
  first = &entry;
  occupied_[level] = static_cast<std::uint16_t>(occupied_[level] | 1U << slot);
}

// Empties the slots that time is in, from the top, into the wheels below. False when steps ran out.
bool TimerWheel::MoveDown(std::size_t& steps) {
  for (std::size_t level = kLevels - 1; level > 0; --level) {
    const unsigned slot = DigitOf(at_, level);
    if ((occupied_[level] >> slot & 1U) == 0) continue;
    while (Timed* const entry = slots_[level][slot]) {
      if (steps == 0) return false;
      --steps;
      Unlink(*entry);
      Link(*entry);
    }
    occupied_[level] = static_cast<std::uint16_t>(occupied_[level] & ~(1U << slot));
  }
  return true;
}

// Goes on to the next slot in use; false, and as far as `until`, when that is later.
bool TimerWheel::Proceed(Tick until) {
  const Tick next = NextTick();
  at_ = std::min(next, until);
  return next <= until;
}

// When the first slot in use begins: the lower a wheel, the sooner all that is on it.
TimerWheel::Tick TimerWheel::NextTick() const {
  for (std::size_t level = kLevels - 1; level > 0; --level) {
    if (slots_[level][DigitOf(at_, level)] != nullptr) return at_;
  }
  for (std::size_t level = 0; level < kLevels; ++level) {
    const unsigned here = DigitOf(at_, level);
    for (unsigned bits = occupied_[level] >> here << here; bits != 0; bits &= bits - 1) {
      const auto slot = static_cast<unsigned>(std::countr_zero(bits));
      if (slots_[level][slot] == nullptr) continue;
      const Tick wheel_began = level + 1 == kLevels ? 0
                                                    : at_ >> ((level + 1) * kDigitBits)
                                                                 << ((level + 1) * kDigitBits);
      return wheel_began | static_cast<Tick>(slot) << (level * kDigitBits);
    }
  }
  return kNoTick;
}

}  // namespace ringlab
