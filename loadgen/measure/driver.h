// Driver: one worker's open loop. Sends its slice of the plan at the planned times, whatever the
// answers do, and measures every request against the time it was meant to start.
//
// Over the seams alone, so the same driver runs on real threads and in virtual time. Sends on the
// scheduler's thread; answers may come on any. A phase is a stretch of the plan: warm-up is one,
// the measurement another.
//
// Run, StopSending and the figures are the owner's to call, one at a time, while a phase goes on
// or between phases. The driver may end once its last phase has; the scheduler, the transport and
// the ring must outlive it, and the scheduler and the ledger every answer, which may come later
// still. The ledger is one for all drivers of a run; without it no reading is too old.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/scheduler.h"
#include "core/ring/ring.h"
#include "core/source/synthetic_source.h"
#include "core/transport.h"
#include "loadgen/measure/measurements.h"
#include "loadgen/measure/phase_tally.h"
#include "loadgen/measure/version_ledger.h"
#include "loadgen/plan/workload.h"

namespace ringlab {

// Whom to ask: the nodes in turn, any of which forwards, or straight the key's owner.
enum class Route : std::uint8_t { kAny, kOwner };

struct DriverOptions {
  std::string group = "default";
  Route route = Route::kAny;
  Duration timeout = std::chrono::seconds(1);  // of a request, from its sending
  std::uint64_t in_flight_max = 20'000;        // of this worker; beyond it a request is skipped

  // At least so long between two goes of sending: at high rates a request each go costs more in
  // system calls than in all else. It is in the send lag.
  Duration pause_min = Duration::zero();
  bool verify = true;  // values are synthetic: check them

  // One get in so many asks its node for the stages of its time; 0: none.
  std::uint64_t timed_every = 0;

  // Sets write the value that `values` has for the key, at VersionOf(index of the request).
  SyntheticSpec values = {};
  Duration ttl = {};  // of sets; 0 is the group's default. A trace's own comes first
  std::uint64_t set_bytes_max = std::uint64_t{16} << 20;  // a trace's larger ones are cut

  KeySizes key_sizes = {};  // of the plan

  std::uint64_t VersionOf(std::uint64_t index) const { return values.version + 1 + index; }
};

class Driver {
 public:
  Driver(DriverOptions options, PlanSlice slice, const Ring& ring, Scheduler& scheduler,
         Transport& transport, VersionLedger* ledger = nullptr);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Sends the phase's requests; `done` runs once, on any thread, when all are answered, or when
  // some are not, kDrainSlack and a timeout after the last sending: those count as timed out, that
  // late. One phase at a time, in the order of the plan; what lies between two is not sent.
  void Run(const Phase& phase, Function<void()> done);

  // The phase ends at that offset of the plan, which lies ahead: what is planned until then is sent
  // and waited for as at any end.
  void EndAt(Duration plan_offset) { end_.store(plan_offset.count()); }

  // Sends nothing more in this phase; what is in flight still counts.
  void StopSending();

  // After StopSending: what is still in flight, since `waited` and more, failed as cancelled; the
  // phase ends.
  void GiveUp(Duration waited);

  // What the phase has measured so far; nothing before the first.
  Totals totals() const;
  std::uint64_t in_flight() const;
  Measurements measurements() const;

  // Of an interval of the phase's series.
  TimeSeries::Counts counts(std::size_t interval) const;

  // From the start of the phase: whatever was planned before has been sent or skipped, and shows in
  // what is asked for after this.
  Duration reached() const { return Duration(reached_.load()); }

  // See PhaseTally::TakeAnswers. A phase with intervals wants it called every now and then.
  void TakeAnswers(std::vector<TimeSeries::Answer>& answers);

  // Of what the plan was walked through so far: whole after the last phase.
  const PlanHash& plan_hash() const { return slice_.hash(); }

  // Why its trace could not be read to the end; nothing while it can.
  const std::optional<Error>& plan_error() const { return slice_.error(); }

  // Beyond its own deadline a transport gets this long to say so.
  static constexpr Duration kDrainSlack = std::chrono::milliseconds(500);

 private:
  struct UnderWay;

  void SendDue();
  void Send(TimePoint now);
  void SendGet(std::string_view to, const SentRequest& sent);
  void SendBatch(std::string_view to, const SentRequest& sent);
  void SendSet(std::string_view to, const SentRequest& sent);
  std::size_t SizeOfSet() const;
  void SendRemove(std::string_view to, const SentRequest& sent);
  WriteCallback Written(std::unique_ptr<UnderWay> under_way) const;
  void EndSending();

  const DriverOptions options_;
  const Ring& ring_;
  Scheduler& scheduler_;
  Transport& transport_;
  VersionLedger* const ledger_;
  PlanSlice slice_;
  PlannedRequest next_;
  bool has_next_;
  std::string key_;
  std::atomic<Duration::rep> end_{0};  // of the phase
  std::atomic<Duration::rep> reached_{0};

  std::shared_ptr<PhaseTally> tally_;  // of the phase; answers that come too late hold an old one
};

}  // namespace ringlab
