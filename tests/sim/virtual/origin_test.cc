// A source that can serve so many loads at a time: who waits, and what becomes of those who die.
#include "sim/virtual/origin.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sim/virtual/network.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A node's process: its source, and the tasks that end with it.
struct OriginProcess {
  OriginProcess(VirtualTime& time, Origin& origin, VirtualHost& its_host)
      : host(its_host), timer(time, host), lane(timer), source(origin.SourceOf(host, lane)) {}
  ~OriginProcess() { lane.Stop(); }

  VirtualHost& host;
  HostTimer timer;
  TimerLane lane;
  std::unique_ptr<Source> source;
};

struct OriginWorld {
  OriginWorld()
      : network(time, 1, {}), origin(time, 1, {.latency = milliseconds(10), .servers = 2}) {
    for (const char* name : {"a", "b"}) {
      processes.push_back(std::make_unique<OriginProcess>(time, origin, network.AddHost(name)));
    }
  }
  ~OriginWorld() {
    processes.clear();
    time.DropAll();
  }

  // By process 0 or 1; when it is answered, the key is noted.
  void Load(std::size_t process, const std::string& key) {
    OriginProcess& of = *processes[process];
    time.As(of.host, [&] {
      of.source->Load(key, [this, key](const Result<Value>& value) {
        answered.push_back(value ? key : value.error().message);
      });
    });
  }

  VirtualTime time;
  VirtualNetwork network;
  Origin origin;
  std::vector<std::unique_ptr<OriginProcess>> processes;
  std::vector<std::string> answered;
};

TEST_CASE("a source serves so many loads at a time, the others in their order") {
  OriginWorld world;
  for (int i = 0; i < 6; ++i) world.Load(i % 2, "key-" + std::to_string(i));
  REQUIRE(world.origin.loads() == 6);
  REQUIRE(world.origin.waiting() == 4);
  REQUIRE(world.answered.empty());
  // Each takes 5 ms at least: two and two and two.
  world.time.RunUntil(world.time.Now() + milliseconds(14));
  REQUIRE(world.answered.size() <= 4);
  world.time.RunUntil(world.time.Now() + seconds(1));
  REQUIRE(world.answered.size() == 6);
  REQUIRE(world.origin.waiting() == 0);
}

TEST_CASE("servers make a queue of a load that comes faster than they work") {
  OriginWorld world;
  const TimePoint start = world.time.Now();
  for (int i = 0; i < 1000; ++i) world.Load(0, "key-" + std::to_string(i));
  while (world.answered.size() < 1000) REQUIRE(world.time.Step(start + seconds(60)));
  // 1000 loads of 10 ms on average, by two.
  REQUIRE(Seconds(world.time.Now() - start) == Approx(5).epsilon(0.1));
}

TEST_CASE("who dies takes the loads that wait along, and gives the servers back") {
  OriginWorld world;
  for (int i = 0; i < 20; ++i) world.Load(0, "key-" + std::to_string(i));
  world.Load(1, "other");
  REQUIRE(world.origin.waiting() == 19);
  world.processes[0].reset();
  REQUIRE(world.answered.empty());
  world.time.RunUntil(world.time.Now() + seconds(1));
  REQUIRE(world.answered == std::vector<std::string>{"other"});
  REQUIRE(world.origin.waiting() == 0);
}

TEST_CASE("a source that becomes slow is slow for those whose turn comes then") {
  OriginWorld world;
  world.origin.law().latency = seconds(1);
  for (int i = 0; i < 4; ++i) world.Load(0, "key-" + std::to_string(i));
  world.origin.law().latency = milliseconds(1);
  REQUIRE(world.answered.empty());
  world.time.RunUntil(world.time.Now() + milliseconds(499));
  REQUIRE(world.answered.empty());  // the two at work take half a second at least
  world.time.RunUntil(world.time.Now() + seconds(30));
  REQUIRE(world.answered.size() == 4);
}

}  // namespace
}  // namespace ringlab
