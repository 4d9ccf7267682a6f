// A driver that sends a trace: its own keys, sizes and times to live.
#include <catch2/catch.hpp>
#include <map>

#include "tests/loadgen/measure/driver_world.h"
#include "tests/loadgen/trace/trace_files.h"

namespace ringlab {
namespace {

TEST_CASE("a trace's keys are asked for as they are, and their values checked", "[trace]") {
  const std::string long_key(300, 'q');
  const TraceFile file("0.1,get,user:1,10,0\n0.2,get,key-5,10,0\n0.3,get," + long_key + ",10,0\n" +
                       "0.4,get,user:1,10,0\n0.5,get,\"a,b\",10,0\n");
  World world;
  world.workload.trace = TraceOptions{.file = file.path()};
  const Measurements m = world.RunAll();
  RequireWhole(m);
  REQUIRE(m.totals.ok == 5);
  REQUIRE(m.totals.wrong_values == 0);
  std::vector<std::string> keys;
  for (const auto& call : world.transport.calls) keys.push_back(call.key);
  REQUIRE(keys == std::vector<std::string>{"user:1", "key-5", long_key, "user:1", "a,b"});
  REQUIRE(world.transport.calls[3].at - world.transport.calls[0].at ==
          std::chrono::milliseconds(300));
}

TEST_CASE("another key's value is wrong in a trace as well", "[trace]") {
  const TraceFile file("0.1,get,user:1,10,0\n0.2,get,user:2,10,0\n");
  World world([&](const ScriptedTransport::Call&, GetCallback done) { done(Right("user:1")); });
  world.workload.trace = TraceOptions{.file = file.path()};
  const Measurements m = world.RunAll();
  REQUIRE(m.totals.ok == 2);
  REQUIRE(m.totals.wrong_values == 1);
}

// What sets were sent.
class SetsTransport final : public GetOnlyTransport {
 public:
  void Get(std::string_view, const GetRequest&, GetCallback done) override {
    done(Fail(Code::kNotFound, "nothing"));
  }
  void Set(std::string_view, const SetRequest& request, WriteCallback done) override {
    sets[std::string(request.key)] = {request.value.size(), request.ttl};
    done({});
  }
  std::map<std::string, std::pair<std::size_t, Duration>> sets;
};

TEST_CASE("sets have the trace's sizes and times to live", "[trace]") {
  const TraceFile file("0.1,set,a,500,0\n0.2,set,b,3,60\n0.3,add,c,0,0\n0.4,set,d,1000000000,20\n");
  World world;
  world.workload.trace = TraceOptions{.file = file.path(), .speed = 2};
  world.options.values = {.size_min = 77, .size_max = 77};
  world.options.ttl = std::chrono::seconds(9);
  SetsTransport transport;
  Driver driver(world.options, PlanSlice(world.Plan(), 0, 1), *world.ring, world.scheduler,
                transport);
  world.Start(driver, Duration::zero(), std::chrono::seconds(10));
  world.scheduler.AdvanceBy(std::chrono::hours(1));
  REQUIRE(driver.totals().ok == 4);
  using Sent = std::pair<std::size_t, Duration>;
  REQUIRE(transport.sets["a"] == Sent(500, std::chrono::seconds(9)));
  REQUIRE(transport.sets["b"] == Sent(8, std::chrono::seconds(30)));  // room for its version
  REQUIRE(transport.sets["c"] == Sent(77, std::chrono::seconds(9)));  // not told: the source's
  REQUIRE(transport.sets["d"] == Sent(world.options.set_bytes_max, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace ringlab
