#include "loadgen/plan/workload.h"

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

TEST_CASE("a scan takes its share of the gets and walks through keys of its own") {
  WorkloadOptions options = Small();
  options.scan = 0.25;
  options.mix = {.get = 80, .set = 20};
  Workload without = Plan([&] {
    auto o = options;
    o.scan = 0;
    return o;
  }());
  std::uint64_t next = options.keys;
  double scanned = 0;
  double gets = 0;
  for (const PlannedRequest& request : Walk(Plan(options))) {
    PlannedRequest plain;
    REQUIRE(without.Next(plain));
    REQUIRE(plain.operation == request.operation);
    gets += request.operation == Operation::kGet ? 1 : 0;
    if (request.rank != 0) {
      REQUIRE(request.key_index == plain.key_index);  // the others ask for what they asked for
      continue;
    }
    REQUIRE(request.operation == Operation::kGet);
    REQUIRE(request.key_index == next++);
    ++scanned;
  }
  REQUIRE(scanned == Approx(0.25 * gets).margin(4 * std::sqrt(0.25 * 0.75 * gets)));
  for (const double bad : {-0.1, 1.1, std::nan("")}) {
    options.scan = bad;
    REQUIRE_FALSE(Workload::Create(options));
  }
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
  std::vector<WorkloadOptions> others(8, Small());
  others[0].seed = 8;
  others[1].process = ArrivalProcess::kConstant;
  others[2].qps = 2001;
  others[3].duration = seconds(1);
  others[4].keys = 5001;
  others[5].zipf_s = 1;
  others[6].mix = {.get = 9, .set = 1};
  others[7].batch = 2;
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
  PlannedRequest batch = a;
  batch.further_keys = 63;
  REQUIRE(hash({a}) != hash({batch}));
  REQUIRE(hash({a}) != hash({a, a}));
  REQUIRE(hash({}) != hash({PlannedRequest{}}));
}

// Stored reports name plans by this hash: a change of it makes them unrepeatable.
TEST_CASE("the hash of a known plan never changes") {
  WorkloadOptions options = Small();
  options.zipf_s = 0;
  options.process = ArrivalProcess::kConstant;  // integers alone: the same on every C library
  REQUIRE(HashPlan(Plan(options)).ToString() == "ea5ab9c2215e347c");
  options.mix = {.get = 90, .set = 9, .remove = 1};
  REQUIRE(HashPlan(Plan(options)).ToString() == "c07bdacb3d77c168");
  options.batch = 64;
  REQUIRE(HashPlan(Plan(options)).ToString() == "7c54be57796fa385");
}

// The operation of each request of a plan with these weights, among 20,000.
std::vector<double> CountOperations(const OperationMix& mix) {
  WorkloadOptions options = Small();
  options.process = ArrivalProcess::kConstant;
  options.duration = seconds(10);
  options.mix = mix;
  std::vector<double> counts(kOperations);
  for (const PlannedRequest& request : Walk(Plan(options))) {
    ++counts[static_cast<std::size_t>(request.operation)];
  }
  return counts;
}

TEST_CASE("operations come by their weights") {
  const auto counts = CountOperations({.get = 90, .set = 9, .remove = 1});
  const double shares[] = {0.9, 0.09, 0.01};
  for (std::size_t i = 0; i < kOperations; ++i) {  // within four standard deviations
    CAPTURE(i);
    const double sigma = std::sqrt(20'000 * shares[i] * (1 - shares[i]));
    REQUIRE(counts[i] == Approx(20'000 * shares[i]).margin(4 * sigma));
  }
  REQUIRE(CountOperations({.get = 0.9, .set = 0.09, .remove = 0.01}) == counts);
  REQUIRE(CountOperations({.get = 0, .set = 3, .remove = 0}) == std::vector<double>{0, 20'000, 0});
}

TEST_CASE("another mix or batch changes neither times nor keys") {
  WorkloadOptions options = Small();
  options.mix = {.get = 50, .set = 40, .remove = 10};
  options.batch = 100;
  const auto plain = Walk(Plan(Small()));
  const auto mixed = Walk(Plan(options));
  REQUIRE(plain.size() == mixed.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    REQUIRE(plain[i].intended == mixed[i].intended);
    REQUIRE(plain[i].key_index == mixed[i].key_index);
    REQUIRE(plain[i].operation == Operation::kGet);
    REQUIRE(plain[i].further_keys == 0);
    REQUIRE(mixed[i].further_keys == (mixed[i].operation == Operation::kGet ? 99 : 0));
  }
}

TEST_CASE("the further keys of a batch are those of its place in the plan") {
  WorkloadOptions options = Small();
  options.batch = 1000;
  const Workload plan = Plan(options);
  const auto requests = Walk(plan);
  const auto further = [&](std::size_t i) {
    std::vector<std::uint64_t> keys;
    plan.FurtherKeys(requests.at(i), keys);
    return keys;
  };
  REQUIRE(further(0).size() == 999);
  REQUIRE(further(7) == further(7));
  REQUIRE(further(7) != further(8));
  options.seed = 8;
  std::vector<std::uint64_t> other;
  Plan(options).FurtherKeys(requests.at(7), other);
  REQUIRE(other != further(7));

  // Of the plan's own law: the most popular key comes as often as it should.
  double hottest = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    for (const std::uint64_t key : further(i)) hottest += key == plan.scatter()(0) ? 1 : 0;
  }
  const double p = plan.zipf().Probability(1);
  REQUIRE(hottest == Approx(99'900 * p).margin(4 * std::sqrt(99'900 * p * (1 - p))));
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
  REQUIRE_THAT(message([](auto& o) { o.mix.set = -1; }), Contains("mix is get=1,set=-1,remove=0"));
  REQUIRE_THAT(message([](auto& o) { o.mix.get = 0; }), Contains("not all of them 0"));
  REQUIRE_THAT(message([](auto& o) { o.mix.remove = std::nan(""); }), Contains("remove=nan"));
  REQUIRE_THAT(message([](auto& o) { o.batch = 0; }), Contains("batch is 0"));
  REQUIRE_THAT(message([](auto& o) { o.batch = 10'001; }), Contains("1 to 10000"));
  REQUIRE_THAT(message([](auto& o) { o.batch = 2, o.mix = {.get = 0, .set = 1}; }),
               Contains("a mix without gets"));
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
