// VirtualTime: the one timeline of a simulation, and the hosts whose code runs on it.
//
// One thread; nothing happens by itself: Step runs the next event, at exactly its time. Events of
// one time run in the order in which they were asked for, so the same calls give the same run, on
// every machine. Everything that runs belongs to a host, so that a host can be frozen (as SIGSTOP
// does: what is due then runs when it goes on), and so that whoever is called knows who calls.
// The design follows rippled's CSF (XRPLF/rippled, src/test/csf: one scheduler, a manual clock,
// equal times in order of insertion).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/base/scheduler.h"
#include "core/item/charging.h"
#include "node/live/timer.h"

namespace ringlab {

class VirtualServer;

// A machine with one process. Plain data, kept by the network.
struct VirtualHost {
  std::uint32_t id = 0;
  std::string name;
  std::string address;              // "node-3:1"
  VirtualServer* server = nullptr;  // that listens at the address; null: nobody does
  bool up = false;                  // its process lives: it may call others
  int frozen = 0;                   // how often: nothing of it runs while it is
  double slowness = 1;              // how many times as long as usual its work takes
};

class VirtualTime {
 public:
  // Times begin at an hour, so that a time left unset shows. The process's caches are charged by
  // rule from now on (core/item/charging.h).
  VirtualTime() { ChargeItemsByRule(); }
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;

  TimePoint Now() const { return now_; }

  // Runs `task` on `host` at `when`, or now when that has passed, but never inside the call. With a
  // lane it can be dropped.
  void At(TimePoint when, VirtualHost& host, Task task, const TimerLane* lane = nullptr);

  // Nothing of the host runs until as many Thaws follow; then what was due, in its order.
  void Freeze(VirtualHost& host) { ++host.frozen; }
  void Thaw(VirtualHost& host);

  // Forgets what is pending of the lane.
  void Drop(const TimerLane* lane);

  // Forgets everything, at the end of a simulation: tasks hold what ends after them.
  void DropAll();

  // Runs the next event if it is due by `until`. False, and the time is `until`, when there is
  // none.
  bool Step(TimePoint until);
  void RunUntil(TimePoint until);

  // Runs `act` as if the host did it.
  template <class Act>
  auto As(VirtualHost& host, Act act) {
    const Turn turn(*this, &host);
    return act();
  }

  // Whose code runs; null between events.
  VirtualHost* current() const { return current_; }

  // Over the time and the host of every event, and whatever was noted: two runs of one seed have
  // the same, or one of them was not deterministic.
  std::uint64_t hash() const { return hash_; }
  void Note(std::uint64_t word) { hash_ = (hash_ ^ word) * 0x9e3779b97f4a7c15U + (hash_ >> 29); }

  std::uint64_t events() const { return events_; }
  std::size_t pending() const { return heap_.size() + frozen_.size(); }

 private:
  // Tasks stay where they are; the heap moves small entries alone.
  struct Entry {
    TimePoint when;
    std::uint64_t sequence;
    std::uint32_t slot;
  };
  struct Slot {
    Task task;
    VirtualHost* host = nullptr;
    const TimerLane* lane = nullptr;
  };
  class Turn {
   public:
    Turn(VirtualTime& time, VirtualHost* host)
        : time_(time), before_(std::exchange(time.current_, host)) {}
    ~Turn() { time_.current_ = before_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    VirtualTime& time_;
    VirtualHost* const before_;
  };

  static bool Later(const Entry& a, const Entry& b) {
    return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
  }
  Entry Pop();
  Task Release(std::uint32_t slot);

  TimePoint now_{std::chrono::hours(1)};
  VirtualHost* current_ = nullptr;
  std::vector<Entry> heap_;    // the earliest first
  std::vector<Entry> frozen_;  // was due on hosts that are frozen
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;  // of slots_
  std::uint64_t sequence_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t hash_ = 0;
};

// The Timer of one host's process. The time and the host outlive it.
class HostTimer final : public Timer {
 public:
  HostTimer(VirtualTime& time, VirtualHost& host) : time_(time), host_(host) {}

  TimePoint Now() const override { return time_.Now(); }
  void RunAt(TimePoint when, Task task) override { Push(when, std::move(task), nullptr); }

 private:
  void Push(TimePoint when, Task task, const TimerLane* lane) override {
    if (lane != nullptr && IsStopped(*lane)) return;
    time_.At(when, host_, std::move(task), lane);
  }
  void Drop(TimerLane& lane) override {
    if (!MarkStopped(lane)) time_.Drop(&lane);
  }
  void AwaitRunning(const TimerLane&) override {}  // nothing runs beside the one who asks

  VirtualTime& time_;
  VirtualHost& host_;
};

}  // namespace ringlab
