// TimedSource: another Source, whose loads are timed.
//
// Thread-safe, and keeps the Source's contract. The scheduler, the only way to learn the time, must
// outlive it.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "core/base/latency_counts.h"
#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "core/source/source.h"

namespace ringlab {

class TimedSource final : public Source {
 public:
  TimedSource(std::unique_ptr<Source> timed, const Scheduler& scheduler)
      : scheduler_(scheduler), timed_(std::move(timed)) {}

  void Load(std::string_view key, LoadCallback done) override {
    timed_->Load(
        key, [this, sent = scheduler_.Now(), done = std::move(done)](Result<Value> loaded) mutable {
          latency_.Add(scheduler_.Now() - sent);
          if (!loaded && loaded.error().code != Code::kNotFound) Note(loaded.error().message);
          done(std::move(loaded));
        });
  }

  SourceStats stats() const override { return timed_->stats(); }

  // Of the loads that were answered.
  LatencyReading latency() const { return latency_.Read(); }

  // Why the last load failed that did, in the source's words; "" when none has.
  std::string last_failure() const RL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return last_failure_;
  }

 private:
  void Note(const std::string& failure) RL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    last_failure_ = failure;
  }

  const Scheduler& scheduler_;
  LatencyCounts latency_;
  mutable Mutex mutex_;
  std::string last_failure_ RL_GUARDED_BY(mutex_);
  const std::unique_ptr<Source> timed_;  // last: it may call back until it ends
};

}  // namespace ringlab
