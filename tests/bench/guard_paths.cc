// What guards a node on each request: hot keys, admission, circuits, counters.
#include <memory>
#include <string>

#include "core/base/counter.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/group/hot_keys.h"
#include "core/guard/admission.h"
#include "core/guard/circuit.h"
#include "core/ring/membership.h"
#include "core/ring/spec.h"
#include "tests/bench/hot_path.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kOps = 20'000;
constexpr std::uint64_t kKeys = 4096;  // a power of two
constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Duration kBetween = std::chrono::microseconds(10);

// Half of the requests are for sixteen keys, the others for any.
RunOps Observations() {
  struct World {
    HotKeys hot{{}};
    std::vector<std::string> keys;
    Rng rng{1};
    TimePoint now = kStart;
  };
  auto world = std::make_shared<World>();
  for (std::uint64_t k = 0; k < kKeys; ++k) world->keys.push_back("key-" + std::to_string(k));
  return [world](std::uint64_t ops) {
    for (; ops > 0; --ops) {
      const std::uint64_t bits = world->rng.Next();
      const std::string& key = world->keys[(bits >> 1) % ((bits & 1) != 0 ? 16 : kKeys)];
      Keep(world->hot.Observe(key, HashKey(key), world->now += kBetween));
    }
  };
}

RunOps Admissions() {
  auto admission = std::make_shared<Admission>(
      AdmissionOptions{.callers = {.service_time_target = std::chrono::milliseconds(50)}});
  return [admission, now = kStart](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      Admission::Permit permit = admission->Admit(Hop::kCaller, now);
      permit.Finish(now += kBetween);
    }
  };
}

RunOps CircuitAsks() {
  auto circuit = std::make_shared<Circuit>(CircuitOptions{}, Rng(1));
  return [circuit](std::uint64_t ops) {
    for (; ops > 0; --ops) {
      const auto ticket = circuit->Ask(kStart);
      Keep(circuit->Report(*ticket, Circuit::Outcome::kSucceeded, kStart));
    }
  };
}

RunOps Counts() {
  auto counter = std::make_shared<Counter>();
  return [counter](std::uint64_t ops) {
    for (; ops > 0; --ops) counter->Add();
  };
}

RunOps Snapshots() {
  auto ring = BuildRing({}, EqualNodes({"n0", "n1", "n2"})).value();
  auto membership = std::make_shared<Membership>("n0", std::move(ring));
  return [membership](std::uint64_t ops) {
    for (; ops > 0; --ops) Keep(membership->Snapshot());
  };
}

}  // namespace

std::vector<HotPath> GuardPaths() {
  return {{"hot_keys_observe", kOps, Observations},
          {"admission", kOps, Admissions},
          {"circuit_ask_and_report", kOps, CircuitAsks},
          {"counter_add", kOps, Counts},
          {"membership_snapshot", kOps, Snapshots}};
}

}  // namespace ringlab
