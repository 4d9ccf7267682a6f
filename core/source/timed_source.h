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
          done(std::move(loaded));
        });
  }

  SourceStats stats() const override { return timed_->stats(); }

  // Of the loads that were answered.
  LatencyReading latency() const { return latency_.Read(); }

 private:
  const Scheduler& scheduler_;
  LatencyCounts latency_;
  const std::unique_ptr<Source> timed_;  // last: it may call back until it ends
};

}  // namespace ringlab
