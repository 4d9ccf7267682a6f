// A Get through the whole group: cached, loaded, joined; and a flight by itself.
#include <memory>
#include <string>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/group/flights.h"
#include "core/group/group.h"
#include "core/ring/membership.h"
#include "core/ring/spec.h"
#include "tests/bench/hot_path.h"
#include "tests/support/direct_transport.h"
#include "tests/support/manual_scheduler.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kEntries = 4096;
constexpr std::uint64_t kOps = 10'000;

// Every key has a value of 100 bytes, at once.
class ConstantSource final : public Source {
 public:
  void Load(std::string_view, LoadCallback done) override { done(Value::Copy(value_)); }

 private:
  const std::string value_ = std::string(100, 'v');
};

// One node, alone.
struct World {
  explicit World(std::size_t budget_bytes)
      : group({.name = "bench", .layers = {.bytes = budget_bytes}},
              {membership, transport, source, scheduler}) {
    for (std::uint64_t k = 0; k < kEntries; ++k) keys.push_back("key-" + std::to_string(k));
  }

  void Get(std::string_view key) {
    GetRequest request;
    request.group = "bench";
    request.key = key;
    group.Get(request, [this](const Result<GetReply>& reply) { bytes += reply->value.size(); });
  }

  std::vector<std::string> keys;
  std::uint64_t bytes = 0;
  ManualScheduler scheduler;
  Membership membership{"n0", BuildRing(RingSpec{}, {{"n0"}}).value()};
  DirectTransport transport{scheduler};
  ConstantSource source;
  Rng rng{1};
  Group group;
};

RunOps Hits() {
  auto world = std::make_shared<World>(std::size_t{64} << 20);
  for (const std::string& key : world->keys) world->Get(key);
  return [world](std::uint64_t ops) {
    for (; ops > 0; --ops) world->Get(world->keys[world->rng.Next() % kEntries]);
  };
}

// New keys all the time: each leads a flight, asks the source and makes another entry leave.
RunOps Loads() {
  auto world = std::make_shared<World>(std::size_t{1} << 20);
  for (const std::string& key : world->keys) world->Get(key);
  return [world, next = kEntries](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      std::string& key = world->keys[next % kEntries];
      key.replace(4, std::string::npos, std::to_string(next++));
      world->Get(key);
    }
  };
}

RunOps Sets() {
  auto world = std::make_shared<World>(std::size_t{64} << 20);
  return [world, value = std::string(100, 'v'), i = std::size_t{0}](std::uint64_t ops) mutable {
    for (; ops > 0; --ops) {
      SetRequest request;
      request.group = "bench";
      request.key = world->keys[i++ % kEntries];
      request.value = value;
      world->group.Set(request, [](const Result<void>&) {});
    }
  };
}

// One leads, `followers` join, all are answered.
RunOps FlightsOf(int followers) {
  struct Sky {
    ManualScheduler scheduler;
    Flights flights{scheduler, {}};
    const std::string key = "key-7";
    const GetReply reply{Value::Copy(std::string(100, 'v')), Level::kSource};
    std::uint64_t answered = 0;
  };
  auto sky = std::make_shared<Sky>();
  return [sky, followers](std::uint64_t ops) {
    GetRequest request;
    request.group = "bench";
    request.key = sky->key;
    const std::uint64_t hash = HashKey(sky->key);
    const auto join = [&] {
      return sky->flights.Join(request, hash, [&sky](const Result<GetReply>&) { ++sky->answered; });
    };
    for (; ops > 0; --ops) {
      Flight flight = join();
      for (int i = 0; i < followers; ++i) Keep(join());
      flight.Land(sky->reply);
    }
  };
}

}  // namespace

std::vector<HotPath> GroupPaths() {
  return {{"group_get_hit", kOps, Hits, true},
          {"group_get_load", kOps, Loads, true},
          {"group_set", kOps, Sets},
          {"flight_lead_and_land", kOps, [] { return FlightsOf(0); }, true},
          {"flight_with_4_joined", kOps, [] { return FlightsOf(4); }}};
}

}  // namespace ringlab
