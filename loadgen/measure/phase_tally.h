// PhaseTally: the books of one phase of a driver: what is in flight, what was measured, and who
// wants to know the end.
//
// Thread-safe. Shared with the answers under way, which may come after the phase was given up, and
// after the driver's end: then they count no more, but the ledger still learns of a write's
// success. `done` runs once, on whichever thread ended the phase, and never under the lock. The
// scheduler and the ledger must outlive every answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/function.h"
#include "core/base/scheduler.h"
#include "core/base/sync.h"
#include "core/types.h"
#include "loadgen/measure/measurements.h"
#include "loadgen/measure/phase_parts.h"
#include "loadgen/measure/phase_series.h"
#include "loadgen/measure/version_ledger.h"
#include "loadgen/plan/key_text.h"
#include "loadgen/plan/phase.h"

namespace ringlab {

class PhaseTally {
 public:
  struct Options {
    Phase phase;
    std::size_t nodes = 0;  // of the ring
    std::uint64_t in_flight_max = 0;
    bool by_asked = false;     // who is asked is not always the owner
    bool verify = true;        // values are synthetic: check them
    KeySizes key_sizes = {};   // of the plan
    std::uint32_t worker = 0;  // for the ledger
  };

  // Without a ledger (nullptr) any version of a key's value is right.
  PhaseTally(const Options& options, Scheduler& scheduler, VersionLedger* ledger,
             Function<void()> done);

  // Counts a request, and tells the ledger of a write. False when it is skipped: too many are in
  // flight.
  bool Begin(const SentRequest& request, const AskedKeys& asked);

  // The answer to a get, to a batch of `keys`, to a write. Once for each request that has begun.
  // `times` as the transport knows them; what it does not know is `sent`, and now.
  void Answered(const SentRequest& request, const Result<GetReply>& reply, CallTimes times = {});
  void Answered(const SentRequest& request, std::span<const std::uint64_t> keys,
                std::span<const Result<GetReply>> replies, CallTimes times = {});
  void Written(const SentRequest& request, const Result<void>& reply, CallTimes times = {});

  // Nothing more will begin: the phase ends with the last answer, if that has not come yet.
  void EndSending();

  // Ends the phase with requests unanswered, after all of them have waited for `waited` and more.
  // That is recorded for them: leaving them out would make the slowest ones look like none. They
  // fail with `why`; nothing begins any more.
  void GiveUp(Duration waited, const Error& why);

  // For the sender: it should begin nothing more.
  void Stop() { stop_.store(true); }
  bool stopped() const { return stop_.load(); }

  const Phase& phase() const { return options_.phase; }
  bool is_over() const;
  std::uint64_t in_flight() const;
  Totals totals() const;
  Measurements measurements() const;

  // Of an interval of the series, which the phase has.
  TimeSeries::Counts counts(std::size_t interval) const;

  // The answers since the last call, for the series of whoever collects them for several workers:
  // they are not in measurements() then. `answers` is replaced; its memory is used again.
  void TakeAnswers(std::vector<TimeSeries::Answer>& answers);

 private:
  // What a get's answer for one key is worth.
  struct Reading {
    bool wrong = false;
    bool judged = false;
    Judgement judgement = {};
  };

  // `key`: the text of the index.
  Reading Check(std::uint64_t key_index, std::string_view key, TimePoint sent,
                const Result<GetReply>& reply) const;
  void Finish(SentRequest request, const Error* error, std::span<const Result<GetReply>> replies,
              std::span<const Reading> readings, CallTimes times);
  void CountRequest(const SentRequest& request, const Error* error, TimePoint now)
      RL_REQUIRES(mutex_);
  void CountKey(const Result<GetReply>& reply, const Reading& reading, const SentRequest& request,
                TimePoint now) RL_REQUIRES(mutex_);
  Function<void()> EndIfOver() RL_REQUIRES(mutex_);

  const Options options_;
  Scheduler& scheduler_;
  VersionLedger* const ledger_;
  std::atomic<bool> stop_{false};

  mutable Mutex mutex_;
  bool sending_ RL_GUARDED_BY(mutex_) = true;
  bool over_ RL_GUARDED_BY(mutex_) = false;
  std::uint64_t in_flight_ RL_GUARDED_BY(mutex_) = 0;
  std::vector<std::uint64_t> open_ RL_GUARDED_BY(mutex_);  // in flight, by the node asked
  Function<void()> done_ RL_GUARDED_BY(mutex_);
  // But for the parts, the series, and the sums of response and service times.
  Measurements measured_ RL_GUARDED_BY(mutex_);
  PhaseParts parts_ RL_GUARDED_BY(mutex_);
  PhaseSeries series_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
