// A trace through the client: its keys, its operations, and whose its gets are.
#include <map>

#include "core/ring/spec.h"
#include "sim/plan/client.h"
#include "sim/plan/trace_counts.h"
#include "tests/loadgen/measure/mix_world.h"
#include "tests/loadgen/trace/trace_files.h"

namespace ringlab {
namespace {

// Some of these keys are those of plans, others texts; the last is one of either.
const std::string kTraceText =
    "time,op,key,size,ttl\n"
    "1,get,user:7,0,0\n"
    "1,set,user:7,40,9\n"
    "2,get,key-17,0,0\n"
    "2,set,key-17,3,0\n"
    "2,get,user:7,0,0\n"
    "3,remove,user:7,0,0\n"
    "4,get,user:7,0,0\n"
    "4,set,a,0,0\n"
    "5,get,a,0,0\n";

Workload PlanOfTrace(const TraceFile& file, bool own_times = false) {
  return *Workload::Create({.seed = 3,
                            .qps = 1000,
                            .duration = Duration::max(),
                            .trace = TraceOptions{.file = file.path(), .own_times = own_times}});
}

struct TracedClient {
  ClientReport Run(ClientOptions options, const Workload& plan) {
    Client client(std::move(options), plan, scheduler, transport);
    client.SetRing(ring);
    client.Run([this] { ++ends; });
    scheduler.AdvanceBy(std::chrono::seconds(3600));
    const ClientReport report = client.report();
    REQUIRE(ends == 1);
    REQUIRE(CheckIdentities(report.totals) == "");
    REQUIRE(report.service.count() == report.totals.ok + report.totals.not_found);
    return report;
  }

  ManualScheduler scheduler;
  MapTransport transport{scheduler};
  std::shared_ptr<const Ring> ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  int ends = 0;
};

TEST_CASE("the client sends a trace's operations on its keys, with its sizes") {
  const TraceFile file(kTraceText);
  TracedClient world;
  const ClientReport report =
      world.Run({.requests = 100, .concurrency = 1, .values = {.size_min = 77, .size_max = 77}},
                PlanOfTrace(file));
  REQUIRE(report.totals.sent == 9);
  REQUIRE(report.totals.writes == 4);
  REQUIRE(report.totals.written == 4);
  REQUIRE(report.totals.ok + report.totals.not_found == 9);
  REQUIRE(report.totals.wrong_values == 0);
  REQUIRE((world.transport.sets == 3 && world.transport.removes == 1));
  auto& history = world.transport.history;
  REQUIRE(history.at("user:7").at(0).view().size() == 40);
  REQUIRE_FALSE(history.at("user:7").at(1));
  REQUIRE(history.at("key-17").at(0).view().size() == 8);  // a smaller one shows no version
  REQUIRE(history.at("a").at(0).view().size() == 77);      // as the source's, where none is told
  REQUIRE(SyntheticVersion("key-17", history.at("key-17").at(0).view()) == 4);
  REQUIRE_FALSE(report.plan_error);
}

TEST_CASE("no more of a trace is sent than was asked for, and no set is larger than is allowed") {
  const TraceFile file(kTraceText);
  TracedClient world;
  const ClientReport report = world.Run({.requests = 2, .set_bytes_max = 16}, PlanOfTrace(file));
  REQUIRE(report.totals.sent == 2);
  REQUIRE(world.transport.history.at("user:7").at(0).view().size() == 16);
}

TEST_CASE("a trace at its own times is sent at them") {
  const TraceFile file("time,op,key\n10.5,get,a\n12.0,get,b\n");
  TracedClient world;
  const ClientReport report =
      world.Run({.requests = 100, .open_loop = true}, PlanOfTrace(file, true));
  REQUIRE(report.totals.sent == 2);
  REQUIRE(report.elapsed == std::chrono::milliseconds(2001));
}

TEST_CASE("a trace that breaks in the middle says why") {
  const TraceFile file("time,op,key\n2,get,a\n1,get,b\n");
  TracedClient world;
  const ClientReport report = world.Run({.requests = 100}, PlanOfTrace(file));
  REQUIRE(report.totals.sent == 1);
  REQUIRE(report.plan_error->message.find("line 3") != std::string::npos);
  const auto counts = CountGetsByOwner(PlanOfTrace(file), 100, *world.ring);
  REQUIRE(counts.error().message == report.plan_error->message);
  REQUIRE(CountGetsByOwner(PlanOfTrace(file), 1, *world.ring));
}

TEST_CASE("each node owns the gets of its keys, writes apart") {
  const TraceFile file(kTraceText);
  const auto ring = *BuildRing({}, EqualNodes({"n0", "n1", "n2"}));
  std::map<NodeIndex, std::uint64_t> expected;
  for (const char* key : {"user:7", "key-17", "user:7", "user:7"}) ++expected[ring->OwnerOf(key)];
  const auto first = CountGetsByOwner(PlanOfTrace(file), 8, *ring).value();
  for (NodeIndex i = 0; i < 3; ++i) REQUIRE(first[i] == expected[i]);
  ++expected[ring->OwnerOf("a")];
  const auto all = CountGetsByOwner(PlanOfTrace(file), 1000, *ring).value();
  for (NodeIndex i = 0; i < 3; ++i) REQUIRE(all[i] == expected[i]);
}

}  // namespace
}  // namespace ringlab
