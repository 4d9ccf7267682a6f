#include "loadgen/live/board.h"

#include <algorithm>
#include <utility>

namespace ringlab {

void LiveBoard::Visits::Add(TimePoint now, bool sees_the_last) {
  if (last) longest_pause = std::max(longest_pause, now - *last);
  last = now;
  ++count;
  saw_the_last = saw_the_last || sees_the_last;
}

// By when it would have come: one that stopped coming long before the end is not waited for.
bool LiveBoard::Visits::MayComeAgain(TimePoint over, TimePoint now) const {
  if (count < kVisits || saw_the_last) return false;
  return now < std::min(over + kWaitMax, *last + kVisits * longest_pause);
}

LiveBoard::~LiveBoard() {
  std::vector<Taker> waiting;
  {
    MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  for (Taker& take : waiting) take({});
}

void LiveBoard::SetMetrics(std::string text, bool is_last) {
  MutexLock lock(mutex_);
  metrics_ = std::move(text);
  metrics_are_last_ = is_last;
}

std::string LiveBoard::TakeMetrics(TimePoint now) {
  MutexLock lock(mutex_);
  scrapes_.Add(now, metrics_are_last_);
  return metrics_;
}

void LiveBoard::Publish(std::string data, bool is_last) {
  std::vector<Taker> waiting;
  Event event;
  {
    MutexLock lock(mutex_);
    event_ = {.number = event_.number + 1, .data = std::move(data), .last = is_last};
    waiting.swap(waiting_);
    if (waiting.empty()) return;
    event = event_;
    views_.saw_the_last = views_.saw_the_last || is_last;
  }
  for (Taker& take : waiting) take(event);
}

void LiveBoard::TakeEvent(std::uint64_t seen, TimePoint now, Taker take) {
  Event event;
  {
    MutexLock lock(mutex_);
    const bool is_new = event_.number > seen;
    views_.Add(now, is_new && event_.last);
    if (!is_new && waiting_.size() < kWaitersMax) {
      waiting_.push_back(std::move(take));
      return;
    }
    if (is_new) event = event_;
  }
  take(event);
}

bool LiveBoard::IsFollowed(TimePoint now) const {
  MutexLock lock(mutex_);
  return !waiting_.empty() || (views_.last && now - *views_.last < kFollows);
}

bool LiveBoard::IsAwaited(TimePoint over, TimePoint now) const {
  MutexLock lock(mutex_);
  return scrapes_.MayComeAgain(over, now) || views_.MayComeAgain(over, now);
}

}  // namespace ringlab
