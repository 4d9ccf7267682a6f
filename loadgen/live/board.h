// LiveBoard: where a run hangs out what it has to show, for whoever asks over HTTP.
//
// Thread-safe. The run replaces what hangs there; readers take the whole of it. Who has seen a
// state already may wait for the next one. Nothing is called back under the lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/function.h"
#include "core/base/sync.h"
#include "core/base/time.h"

namespace ringlab {

class LiveBoard {
 public:
  struct Event {
    std::uint64_t number = 0;  // from 1 up; 0: there is none
    std::string data = {};     // one line
    bool last = false;
  };
  using Taker = Function<void(const Event&)>;

  static constexpr std::size_t kWaitersMax = 64;                 // each may hold a copy of an event
  static constexpr Duration kFollows = std::chrono::seconds(5);  // who asked so long ago
  static constexpr Duration kWaitMax = std::chrono::seconds(60);  // for a reader's last visit
  static constexpr int kVisits = 2;                               // times the usual pause

  LiveBoard() = default;
  ~LiveBoard();  // who waits gets an event of number 0
  LiveBoard(const LiveBoard&) = delete;
  LiveBoard& operator=(const LiveBoard&) = delete;

  // `is_last`: nothing will change any more.
  void SetMetrics(std::string text, bool is_last);
  std::string TakeMetrics(TimePoint now);

  void Publish(std::string data, bool is_last);
  // The newest event if its number is above `seen`, or the next one there is. An event of number 0
  // at once when too many wait.
  void TakeEvent(std::uint64_t seen, TimePoint now, Taker take);

  // Somebody has asked for an event a moment ago, or waits for one: it is worth making them.
  bool IsFollowed(TimePoint now) const;

  // Whether somebody who came again and again may still come for the last of it: until twice the
  // usual time since he came last; `over` is when the last of it was hung out.
  bool IsAwaited(TimePoint over, TimePoint now) const;

 private:
  struct Visits {
    std::optional<TimePoint> last = {};
    Duration longest_pause{};
    std::uint64_t count = 0;
    bool saw_the_last = false;

    void Add(TimePoint now, bool sees_the_last);
    bool MayComeAgain(TimePoint over, TimePoint now) const;
  };

  mutable Mutex mutex_;
  std::string metrics_ RL_GUARDED_BY(mutex_);
  bool metrics_are_last_ RL_GUARDED_BY(mutex_) = false;
  Event event_ RL_GUARDED_BY(mutex_);
  std::vector<Taker> waiting_ RL_GUARDED_BY(mutex_);
  Visits scrapes_ RL_GUARDED_BY(mutex_);
  Visits views_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
