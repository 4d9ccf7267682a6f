// RingSpec: the kinds, what BuildRing accepts, and how it refuses the rest.
#include "core/ring/spec.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "tests/core/ring/ring_parts.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

std::string RefusalOfNodes(const RingSpec& spec, const std::vector<RingNode>& nodes) {
  const auto ring = BuildRing(spec, nodes);
  REQUIRE(!ring);
  REQUIRE(ring.error().code == Code::kInvalidArgument);
  REQUIRE_THAT(ring.error().message, Contains("build ring \"" + spec.dialect + "\": "));
  return ring.error().message;
}

std::string Refusal(const RingSpec& spec, const Names& names) {
  return RefusalOfNodes(spec, EqualNodes(names));
}

TEST_CASE("RingKinds tells what each kind is") {
  const std::vector<std::string_view> names = {"anchor",   "crc32-prefix", "crc32-suffix", "envoy",
                                               "fnv1-md5", "jump",         "ketama",       "maglev",
                                               "mpch",     "rendezvous",   "xx64"};
  REQUIRE(RingDialects() == names);
  REQUIRE(RingKinds().size() == names.size());
  for (const RingKind* kind : RingKinds()) {
    INFO(kind->name);
    CHECK(FindRingKind(kind->name) == kind);
    CHECK(FindRingKind(std::string(kind->name) + ":7") == kind);
    CHECK(kind->uses_replicas == (kind->ownership == Ownership::kPoints));
  }
  REQUIRE(FindRingKind("ketama9") == nullptr);
  REQUIRE(FindRingKind("") == nullptr);
  REQUIRE(FindRingKind("mpch")->ownership == Ownership::kProbes);
  REQUIRE(FindRingKind("maglev")->ownership == Ownership::kTable);
  REQUIRE(FindRingKind("jump")->ownership == Ownership::kEven);
  REQUIRE(!FindRingKind("jump")->has_weights);
  REQUIRE(FindRingKind("rendezvous")->has_weights);
}

TEST_CASE("BuildRing says what is wrong and what is accepted") {
  REQUIRE_THAT(Refusal({"ketama9", 50}, {"a"}), Contains("accepted: anchor, crc32-prefix, "));
  REQUIRE_THAT(Refusal({"", 50}, {"a"}), Contains("unknown dialect"));
  REQUIRE_THAT(Refusal({"xx64", 50}, Names{}), Contains("no nodes"));
  REQUIRE_THAT(Refusal({"xx64", 50}, {"a", ""}), Contains("name is empty"));
  REQUIRE_THAT(Refusal({"xx64", 50}, {"a", "b", "a"}), Contains("\"a\" comes twice"));
  REQUIRE_THAT(Refusal({"xx64", 0}, {"a"}), Contains("replicas 0; accepted: 1 to 1000000"));
  REQUIRE_THAT(Refusal({"xx64", 1'000'001}, {"a"}), Contains("replicas 1000001"));
  REQUIRE_THAT(Refusal({"xx64", kMaxReplicas}, Numbered("n", 0, 135)),
               Contains("135 nodes x 1000000 replicas") && Contains("134217728 points"));
}

TEST_CASE("BuildRing refuses weights that make no sense or have no effect") {
  using Nodes = std::vector<RingNode>;
  for (const double weight : {0.0, -1.0, 9e-7, 1.1e6, HUGE_VAL, std::nan("")}) {
    REQUIRE_THAT(RefusalOfNodes({"xx64", 50}, Nodes{{"a", 1}, {"b", weight}}),
                 Contains("the weight of node \"b\"; accepted: 0.000001 to 1000000"));
  }
  for (const char* dialect : {"jump", "mpch", "anchor"}) {
    REQUIRE_THAT(RefusalOfNodes({dialect, 50}, Nodes{{"a", 1}, {"b", 2}}),
                 Contains("the weight of node \"b\"; accepted: 1"));
  }
  for (const char* dialect : {"xx64", "envoy"}) {
    REQUIRE_THAT(RefusalOfNodes({dialect, 500}, Nodes{{"a", 1e-6}, {"b", 1e6}}),
                 Contains("134217728 points"));
  }
}

TEST_CASE("BuildRing takes a parameter behind a colon") {
  const auto dialect = [](const std::string& text) {
    return BuildRing({text, 50}, EqualNodes({"a", "b", "c"})).value()->dialect();
  };
  REQUIRE(dialect("maglev:655373") == "maglev:655373");
  REQUIRE(dialect("maglev:65537") == "maglev");
  REQUIRE(dialect("maglev:3") == "maglev:3");
  REQUIRE(dialect("mpch:11") == "mpch:11");
  REQUIRE(dialect("mpch:21") == "mpch");
  REQUIRE(dialect("mpch:1000") == "mpch:1000");
  REQUIRE(dialect("anchor") == "anchor:16");  // the default is not a constant
  REQUIRE(dialect("anchor:3") == "anchor:3");
}

TEST_CASE("BuildRing refuses parameters that are none or out of range") {
  const Names names = {"a", "b", "c"};
  REQUIRE_THAT(Refusal({"maglev:65536", 50}, names), Contains("such as 65521 or 65537"));
  REQUIRE_THAT(Refusal({"maglev:2", 50}, names), Contains("a prime from 3 to 5000011"));
  REQUIRE_THAT(Refusal({"maglev:5000077", 50}, names), Contains("to 5000011"));
  REQUIRE_THAT(Refusal({"mpch:0", 50}, names), Contains("0 probes; accepted: 1 to 1000"));
  REQUIRE_THAT(Refusal({"mpch:1001", 50}, names), Contains("1001 probes"));
  REQUIRE_THAT(Refusal({"anchor:2", 50}, names), Contains("3 nodes with capacity 2"));
  REQUIRE_THAT(Refusal({"anchor:99999999999", 50}, names), Contains("to 16777216"));
  REQUIRE_THAT(Refusal({"mpch:", 50}, names), Contains("the parameter \"\""));
  REQUIRE_THAT(Refusal({"mpch:2x", 50}, names), Contains("the parameter \"2x\""));
  REQUIRE_THAT(Refusal({"maglev:-7", 50}, names), Contains("the parameter \"-7\""));
  for (const char* dialect : {"xx64:5", "jump:", "rendezvous:1", "ketama:160"}) {
    REQUIRE_THAT(Refusal({dialect, 50}, names), Contains("has no parameter"));
  }
}

}  // namespace
}  // namespace ringlab
