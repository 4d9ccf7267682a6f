// Which trace a request is part of: what is taken, and what is not.
#include "core/base/trace.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "tests/support/group_cluster.h"

namespace ringlab {
namespace {

// The example of the recommendation.
const std::string kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST_CASE("a traceparent is taken as it is, with its state") {
  const Trace trace = ReadTrace(kParent, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  REQUIRE(trace);
  REQUIRE(trace->parent == kParent);
  REQUIRE(trace->state == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  REQUIRE(trace->trace_id() == "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST_CASE("a traceparent of a later version may say more") {
  REQUIRE(ReadTrace("cc" + kParent.substr(2), ""));
  REQUIRE(ReadTrace("cc" + kParent.substr(2) + "-what the future will be like", ""));
  REQUIRE_FALSE(ReadTrace("cc" + kParent.substr(2) + ".what", ""));
  REQUIRE_FALSE(ReadTrace("cc" + kParent.substr(2) + "-" + std::string(300, 'f'), ""));
}

TEST_CASE("what is no traceparent is none") {
  for (const std::string& odd :
       {std::string(), std::string("00"), kParent.substr(1), kParent + "-", kParent + " ",
        "ff" + kParent.substr(2), "0G" + kParent.substr(2),
        std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
        std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
        std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        std::string("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n")}) {
    CAPTURE(odd);
    REQUIRE_FALSE(ReadTrace(odd, "vendor=state"));
  }
}

TEST_CASE("a state that cannot be passed on is left out and the parent stays") {
  REQUIRE(ReadTrace(kParent, std::string(512, 's'))->state.size() == 512);
  REQUIRE(ReadTrace(kParent, std::string(513, 's'))->state.empty());
  REQUIRE(ReadTrace(kParent, "vendor=a\r\nX-Forged: 1")->state.empty());
  REQUIRE(ReadTrace(kParent, "vendor=\xff")->state.empty());
}

TEST_CASE("any bytes are a trace that can travel in a header field, or none") {
  REQUIRE(rc::check("any bytes", [](std::string parent, const std::string& state) {
    if (*rc::gen::arbitrary<bool>()) parent = kParent;
    const Trace trace = ReadTrace(parent, state);
    if (!trace) return;
    RC_ASSERT(trace->parent == parent);
    for (const char c : trace->parent + trace->state) RC_ASSERT(c >= ' ' && c <= '~');
  }));
}

TEST_CASE("a forwarded Get is part of its caller's trace and one that joins it has its own") {
  GroupCluster cluster(2);
  const std::string key = cluster.KeyOf(1);
  std::vector<std::string> seen;
  std::vector<GetCallback> owed;
  cluster.transport().Serve("n1", [&](const GetRequest& request, GetCallback done) {
    seen.push_back(request.trace ? request.trace->parent : "none");
    owed.push_back(std::move(done));
  });
  int answers = 0;
  const auto ask = [&](const std::string& of, const Trace& trace) {
    cluster.group(0).Get({.group = "g", .key = of, .trace = trace},
                         [&](const Result<GetReply>&) { ++answers; });
  };
  ask(key, ReadTrace(kParent, ""));
  ask(key, nullptr);
  ask(cluster.KeyOf(1, 1), nullptr);
  for (GetCallback& done : owed) done(GetReply{.value = Value::Copy("v")});
  REQUIRE(answers == 3);
  REQUIRE(seen == std::vector<std::string>{kParent, "none"});
}

}  // namespace
}  // namespace ringlab
