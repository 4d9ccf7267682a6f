// The world of a driver in virtual time: a plan, a ring, a transport that does what a test says.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ring/spec.h"
#include "core/source/synthetic_value.h"
#include "loadgen/measure/driver.h"
#include "tests/support/get_only_transport.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {

// A transport that does with a call what the test says, and remembers it.
class ScriptedTransport final : public GetOnlyTransport {
 public:
  struct Call {
    std::string to;
    std::string group;
    std::string key;
    TimePoint deadline;
    TimePoint at;
    bool timed = false;
  };
  using Script = std::function<void(const Call&, GetCallback)>;

  ScriptedTransport(Scheduler& scheduler, Script script)
      : scheduler_(scheduler), script_(std::move(script)) {}

  void Get(std::string_view to, const GetRequest& request, GetCallback done) override {
    calls.push_back({std::string(to), std::string(request.group), std::string(request.key),
                     request.deadline, scheduler_.Now(), request.timed});
    script_(calls.back(), std::move(done));
  }

  std::vector<Call> calls;

 private:
  Scheduler& scheduler_;
  Script script_;
};

inline Result<GetReply> Right(std::string_view key) {
  return GetReply{.value = MakeSyntheticValue(key, 0, 32)};
}

// Everything around a driver, in virtual time. The plan: 2,000 requests a second for 10 s.
struct World {
  explicit World(ScriptedTransport::Script script = nullptr)
      : transport(scheduler, AnswerIn(script)) {}

  ScriptedTransport::Script AnswerIn(ScriptedTransport::Script script) {
    if (script) return script;
    return [this](const ScriptedTransport::Call& call, GetCallback done) {
      AnswerAt(scheduler.Now() + std::chrono::milliseconds(1), Right(call.key), std::move(done));
    };
  }

  void AnswerAt(TimePoint when, Result<GetReply> reply, GetCallback done) {
    scheduler.RunAt(when, [reply = std::move(reply),
                           shared = std::make_shared<GetCallback>(std::move(done))]() mutable {
      (*shared)(std::move(reply));
    });
  }

  Workload Plan() const {
    auto plan = Workload::Create(workload);
    REQUIRE(plan.has_value());
    return *std::move(plan);
  }

  std::uint64_t PlannedBetween(Duration begin, Duration end) const {
    Workload plan = Plan();
    PlannedRequest request;
    std::uint64_t count = 0;
    while (plan.Next(request)) count += request.intended >= begin && request.intended < end ? 1 : 0;
    return count;
  }

  Driver MakeDriver(std::uint64_t worker = 0, std::uint64_t workers = 1) {
    return {options, PlanSlice(Plan(), worker, workers), *ring, scheduler, transport};
  }

  // Starts a phase at the present; each end of one is counted.
  void Start(Driver& driver, Duration begin, Duration end) {
    driver.Run(
        {.start = scheduler.Now(), .begin = begin, .end = end, .interval = std::chrono::seconds(1)},
        [this] { ++ends; });
  }

  // The figures of a whole run; the time is left at its end.
  Measurements RunAll() {
    Driver driver = MakeDriver();
    Start(driver, Duration::zero(), workload.duration);
    scheduler.AdvanceBy(workload.duration + std::chrono::hours(1));
    REQUIRE(ends == 1);
    return driver.measurements();
  }

  ManualScheduler scheduler;
  std::shared_ptr<const Ring> ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  WorkloadOptions workload{
      .seed = 5, .qps = 2000, .duration = std::chrono::seconds(10), .keys = 1000};
  DriverOptions options{.timeout = std::chrono::seconds(5)};
  ScriptedTransport transport;
  int ends = 0;
};

// What holds at the end of every phase, whatever happened in it.
inline void RequireWhole(const Measurements& m) {
  REQUIRE(CheckIdentities(m) == "");
  REQUIRE(m.latencies.response.count() == m.totals.ok + m.totals.not_found);
  REQUIRE(m.latencies.service.count() == m.totals.ok + m.totals.not_found);
  REQUIRE(m.latencies.failed.count() == m.totals.errors + m.totals.timeouts);
  REQUIRE(m.latencies.send_lag.count() == m.totals.sent);
  REQUIRE(m.sent_times.size() == m.totals.sent);
  REQUIRE(m.totals.wrong_values <= m.keys.ok);
  for (const OperationMeasurements& operation : m.operations) {
    REQUIRE(operation.service.count() + operation.failed == operation.requests);
  }
  REQUIRE(m.staleness.age.count() == m.staleness.stale);
  for (const auto* nodes : {&m.owners, &m.asked}) {
    std::uint64_t requests = 0;
    for (const OwnerMeasurements& node : *nodes) {
      REQUIRE(node.response.count() + node.failed == node.requests);
      requests += node.requests;
    }
    REQUIRE((requests == m.totals.sent || nodes->empty()));
  }
}

}  // namespace ringlab
