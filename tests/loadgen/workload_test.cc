#include "loadgen/workload.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace ringlab {
namespace {

using std::chrono::seconds;

Workload Plan(const WorkloadOptions& options) {
  Result<Workload> plan = Workload::Create(options);
  REQUIRE(plan.has_value());
  return *std::move(plan);
}

std::vector<PlannedRequest> Walk(Workload plan) {
  std::vector<PlannedRequest> requests;
  PlannedRequest request;
  while (plan.Next(request)) requests.push_back(request);
  return requests;
}

WorkloadOptions Small() {
  return {.seed = 7, .qps = 2000, .duration = seconds(2), .keys = 5000, .zipf_s = 0.99};
}

TEST_CASE("a plan holds what was asked for and ends") {
  WorkloadOptions options = Small();
  options.process = ArrivalProcess::kConstant;
  Workload plan = Plan(options);
  std::uint64_t count = 0;
  Duration last{};
  PlannedRequest request;
  while (plan.Next(request)) {
    REQUIRE(request.index == count++);
    REQUIRE(request.intended >= last);
    REQUIRE(request.intended < options.duration);
    REQUIRE((request.rank >= 1 && request.rank <= options.keys));
    REQUIRE(request.key_index == plan.scatter()(request.rank - 1));
    last = request.intended;
  }
  REQUIRE(count == 4000);
  for (int i = 0; i < 3; ++i) REQUIRE_FALSE(plan.Next(request));
  REQUIRE(request.index == 3999);
}

TEST_CASE("a poisson plan holds about rate times duration") {
  const auto count = static_cast<double>(Walk(Plan(Small())).size());
  REQUIRE(count == Approx(4000).margin(4 * std::sqrt(4000)));
}

TEST_CASE("the plan hash does not depend on the worker count") {
  const PlanHash whole = HashPlan(Plan(Small()));
  const std::vector<PlannedRequest> all = Walk(Plan(Small()));
  for (const std::uint64_t workers : {1, 2, 3, 7}) {
    std::vector<int> sent(all.size());
    for (std::uint64_t worker = 0; worker < workers; ++worker) {
      CAPTURE(workers, worker);
      PlanSlice slice(Plan(Small()), worker, workers);
      PlannedRequest request;
      while (slice.Next(request)) {
        REQUIRE(request.index % workers == worker);
        REQUIRE(request.intended == all.at(request.index).intended);
        REQUIRE(request.key_index == all.at(request.index).key_index);
        sent[request.index] += 1;
      }
      REQUIRE(slice.hash() == whole);
    }
    REQUIRE(sent == std::vector<int>(all.size(), 1));  // each request by one worker, once
  }
}

TEST_CASE("every option shows in the plan hash") {
  const std::string base = HashPlan(Plan(Small())).ToString();
  REQUIRE(HashPlan(Plan(Small())).ToString() == base);
  std::vector<WorkloadOptions> others(6, Small());
  others[0].seed = 8;
  others[1].process = ArrivalProcess::kConstant;
  others[2].qps = 2001;
  others[3].duration = seconds(1);
  others[4].keys = 5001;
  others[5].zipf_s = 1;
  for (const WorkloadOptions& options : others) {
    REQUIRE(HashPlan(Plan(options)).ToString() != base);
  }
}

TEST_CASE("the plan hash tells time and key and operation and order apart") {
  const auto hash = [](const std::vector<PlannedRequest>& requests) {
    PlanHash h;
    for (const PlannedRequest& request : requests) h.Add(request);
    return h.value();
  };
  const PlannedRequest a{.intended = Duration(1), .key_index = 2};
  const PlannedRequest b{.intended = Duration(2), .key_index = 1};
  const PlannedRequest other{
      .intended = Duration(1), .key_index = 2, .operation = static_cast<Operation>(1)};
  REQUIRE(hash({a}) != hash({b}));
  REQUIRE(hash({a, b}) != hash({b, a}));
  REQUIRE(hash({a}) != hash({other}));
  REQUIRE(hash({a}) != hash({a, a}));
  REQUIRE(hash({}) != hash({PlannedRequest{}}));
}

// Stored reports name plans by this hash: a change of it makes them unrepeatable.
TEST_CASE("the hash of a known plan never changes") {
  WorkloadOptions options = Small();
  options.zipf_s = 0;
  options.process = ArrivalProcess::kConstant;  // integers alone: the same on every C library
  REQUIRE(HashPlan(Plan(options)).ToString() == "ea5ab9c2215e347c");
}

TEST_CASE("another rate asks for the same keys") {
  WorkloadOptions fast = Small();
  fast.qps = 4000;
  const auto slow_requests = Walk(Plan(Small()));
  const auto fast_requests = Walk(Plan(fast));
  REQUIRE(fast_requests.size() > slow_requests.size());
  for (std::size_t i = 0; i < slow_requests.size(); ++i) {
    REQUIRE(fast_requests[i].key_index == slow_requests[i].key_index);
  }
}

TEST_CASE("options out of range are refused by name") {
  const auto message = [](auto change) {
    WorkloadOptions options = Small();
    change(options);
    const Result<Workload> plan = Workload::Create(options);
    REQUIRE_FALSE(plan.has_value());
    REQUIRE(plan.error().code == Code::kInvalidArgument);
    return plan.error().message;
  };
  using Catch::Matchers::Contains;
  REQUIRE_THAT(message([](auto& o) { o.qps = 0; }), Contains("qps is 0"));
  REQUIRE_THAT(message([](auto& o) { o.qps = -5; }), Contains("qps is -5"));
  REQUIRE_THAT(message([](auto& o) { o.qps = std::nan(""); }), Contains("qps is nan"));
  REQUIRE_THAT(message([](auto& o) { o.duration = Duration(0); }), Contains("duration_ns is 0"));
  REQUIRE_THAT(message([](auto& o) { o.keys = 0; }), Contains("keys is 0"));
  REQUIRE_THAT(message([](auto& o) { o.keys = (1ULL << 40) + 1; }), Contains("1 to 1099511627776"));
  REQUIRE_THAT(message([](auto& o) { o.zipf_s = -0.1; }), Contains("zipf_s is -0.1"));
  REQUIRE_THAT(message([](auto& o) { o.zipf_s = INFINITY; }), Contains("zipf_s is inf"));
}

TEST_CASE("key text is appended and reuses its buffer") {
  std::string text;
  AppendKey(0, text);
  REQUIRE(text == "key-0");
  AppendKey(42, text);
  REQUIRE(text == "key-0key-42");
  text.clear();
  text.reserve(24);
  const char* const buffer = text.data();
  AppendKey(std::numeric_limits<std::uint64_t>::max(), text);
  REQUIRE(text == "key-18446744073709551615");
  REQUIRE(text.data() == buffer);
}

}  // namespace
}  // namespace ringlab
