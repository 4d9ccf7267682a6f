// MessageLog: the last messages of a network before a moment, for a space-time diagram.
//
// One thread, the network's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "core/base/time.h"

namespace ringlab {

class MessageLog {
 public:
  struct Passage {
    std::uint32_t from = 0;  // a host's id
    std::uint32_t to = 0;
    std::size_t kind = 0;
    TimePoint sent{};
    TimePoint arrives = kNever;  // kNever: it is held up, and was still when the log ended
  };

  // Keeps `most` messages, the last ones that are sent by then, from the start of the traffic.
  MessageLog(std::size_t most, Duration then) : most_(most), then_(then) {}

  void TrafficBegins(TimePoint now) { began_ = now; }
  TimePoint began() const { return began_; }  // kNever before it has

  // A number for Arrives().
  std::uint64_t Sent(const Passage& passage) {
    if (began_ != kNever && passage.sent - began_ > then_) return kUnnumbered;
    if (passages_.size() == most_) {
      passages_.pop_front();
      ++first_;
    }
    passages_.push_back(passage);
    return first_ + passages_.size() - 1;
  }

  void Arrives(std::uint64_t number, TimePoint at) {
    if (number == kUnnumbered || number < first_) return;
    passages_[number - first_].arrives = at;
  }

  const std::deque<Passage>& passages() const { return passages_; }

 private:
  static constexpr std::uint64_t kUnnumbered = UINT64_MAX;

  const std::size_t most_;
  const Duration then_;
  TimePoint began_ = kNever;
  std::uint64_t first_ = 0;  // number of the first that is kept
  std::deque<Passage> passages_;
};

}  // namespace ringlab
