// Alarms: who is to be told when its time has come, each once, with a time that may be put off or
// brought forward as often as it likes. So what a connection waits for takes one place, however
// many calls with however many deadlines it has.
//
// For one thread. Alarms are linked, not owned.
#pragma once

#include <set>
#include <utility>

#include "core/base/time.h"

namespace ringlab {

class Alarm {
 public:
  // Its time has come, and none is set any more.
  virtual void OnAlarm(TimePoint now) = 0;

  TimePoint set_for = kNever;  // the alarms' own; kNever when none is set

 protected:
  ~Alarm() = default;
};

class Alarms {
 public:
  // kNever takes it off.
  void Set(Alarm& alarm, TimePoint when) {
    if (alarm.set_for == when) return;
    auto place = order_.extract({alarm.set_for, &alarm});
    alarm.set_for = when;
    if (when == kNever) return;
    if (place.empty()) {
      order_.insert({when, &alarm});
    } else {
      place.value().first = when;
      order_.insert(std::move(place));
    }
  }

  // Early is good enough: who waits for two things sets the first, and is asked again then.
  void BringForward(Alarm& alarm, TimePoint when) {
    if (when < alarm.set_for) Set(alarm, when);
  }

  TimePoint Next() const { return order_.empty() ? kNever : order_.begin()->first; }

  // Null when none is due.
  Alarm* TakeDue(TimePoint now) {
    if (Next() > now) return nullptr;
    Alarm* const due = order_.begin()->second;
    Set(*due, kNever);
    return due;
  }

 private:
  std::set<std::pair<TimePoint, Alarm*>> order_;
};

}  // namespace ringlab
