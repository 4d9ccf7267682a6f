#include "loadgen/judge/verdict.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tests/loadgen/judge/judged.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::milliseconds;
using std::chrono::seconds;

void SetLag(RunResult& run, std::int64_t ns) {
  Histogram& lag = run.measured.latencies.send_lag;
  lag.Reset();
  lag.RecordMany(ns, run.measured.totals.sent);
}

void SetService(RunResult& run, std::int64_t ns) {
  Histogram& service = run.measured.latencies.service;
  service.Reset();
  service.RecordMany(ns, run.measured.totals.sent);
}

TEST_CASE("a sound run is valid and gives no reason") {
  const RunResult run = Judged([](RunResult&) {});
  REQUIRE(run.verdict == Verdict::kValid);
  REQUIRE(run.reasons.empty());
  REQUIRE(run.thresholds.empty());
}

struct Invalid {
  std::string name;
  std::function<void(RunResult&)> spoil;
  std::vector<std::string> words;  // of the one reason
};
const Invalid kInvalid[] = {
    {"a problem on the way",
     [](RunResult& run) { run.problems = {"node n1 routes by another ring"}; },
     {"node n1 routes by another ring"}},
    {"accounting",
     [](RunResult& run) { run.measured.totals.ok -= 1; },
     {"accounting does not add up", "sent 99990 is not ok 97899"}},
    {"nothing sent",
     [](RunResult& run) {
       run.measured = Measurements(3);
       run.achieved_qps = 0;
     },
     {"nothing was sent", "too short"}},
    {"interrupted in the warm-up",
     [](RunResult& run) {
       run.measured = Measurements(3);
       run.interrupted = true;
     },
     {"nothing was sent", "interrupted"}},
    {"too slow",
     [](RunResult& run) {
       run.achieved_qps = 9'890;
       run.measured.totals.sent += 10;
       run.measured.totals.ok += 10;
       run.measured.totals.skipped = 0;
     },
     {"achieved 9890 of 10000 requests/s (98.9 %)", "fell behind", "--qps", "--workers"}},
    {"too many in flight",
     [](RunResult& run) { run.achieved_qps = 9'890; },
     {"achieved 9890 of 10000", "unanswered", "--max-in-flight"}},
    {"errors",
     [](RunResult& run) {
       run.measured.totals.ok -= 1000;
       run.measured.totals.errors += 1000;
     },
     {"1.1 % of the requests failed (1060 errors, 30 timeouts, 10 skipped)",
      "the first: UNAVAILABLE node n1 at 127.0.0.1:8001: connection refused"}},
    {"timeouts",
     [](RunResult& run) {
       run.measured.totals.ok -= 1000;
       run.measured.totals.timeouts += 1000;
     },
     {"failed (60 errors, 1030 timeouts, 10 skipped)"}},
    {"skipped",
     [](RunResult& run) {
       run.measured.totals = {.scheduled = 100'000, .sent = 98'900, .skipped = 1'100, .ok = 98'900};
     },
     {"1.1 % of the requests failed (0 errors, 0 timeouts, 1100 skipped)"}},
    {"send lag above its floor",
     [](RunResult& run) { SetLag(run, 1'100'000); },
     {"send lag p99 is 1.10 ms, more than 1.00 ms", "--qps"}},
    {"send lag above a tenth of the service",
     [](RunResult& run) {
       SetService(run, 50'000'000);
       SetLag(run, 6'000'000);
     },
     {"send lag p99 is 6.0", "more than 5.0"}},
    {"a busy sender",
     [](RunResult& run) { run.sender_cpu_share = 0.95; },
     {"sending thread used 95 % of a core", "--workers"}},
    {"a busy client",
     [](RunResult& run) { run.client_cpu_cores = 1.9; },
     {"loadgen used 1.90 of 2 cores", "--qps"}},
};

TEST_CASE("each way to be invalid alone makes a run invalid and says why") {
  for (const Invalid& c : kInvalid) {
    const RunResult run = Judged(c.spoil);
    INFO(c.name);
    CAPTURE(run.reasons);
    REQUIRE(run.verdict == Verdict::kInvalid);
    REQUIRE(run.reasons.size() == 1);
    for (const std::string& words : c.words) REQUIRE_THAT(run.reasons[0], Contains(words));
  }
}

TEST_CASE("a run at its limits is still valid") {
  const std::function<void(RunResult&)> spoils[] = {
      [](RunResult& run) { run.achieved_qps = 9'900; },
      [](RunResult& run) {  // exactly 1 % failed
        run.measured.totals.ok -= 900;
        run.measured.totals.errors += 900;
      },
      [](RunResult& run) { run.measured.totals.not_found = 99'900, run.measured.totals.ok = 0; },
      [](RunResult& run) { SetLag(run, 1'000'000); },
      [](RunResult& run) {
        SetService(run, 50'000'000);
        SetLag(run, 4'900'000);
      },
      [](RunResult& run) { run.sender_cpu_share = 0.9; },
      [](RunResult& run) { run.client_cpu_cores = 1.8; },
      [](RunResult& run) {  // ended by hand: half the plan, at the right rate or nearly
        run.interrupted = true;
        run.achieved_qps = 9'800;
      },
  };
  for (const auto& spoil : spoils) {
    const RunResult run = Judged(spoil);
    CAPTURE(&spoil - spoils, run.reasons);
    REQUIRE(run.verdict == Verdict::kValid);
  }
}

// 100 requests/s for 10 s are 1,000 requests give or take 32: a plan that drew 950 of them, all
// sent on time, is a sound run; one that sent 930 of the 950 is not.
TEST_CASE("a poisson plan that drew few arrivals is not held against the senders") {
  const auto draw = [](std::uint64_t planned, std::uint64_t sent) {
    return [=](RunResult& run) {
      run.config.workload.qps = 100;
      run.measured.totals = {
          .scheduled = planned, .sent = sent, .skipped = planned - sent, .ok = sent};
      run.achieved_qps = static_cast<double>(sent) / 10;
    };
  };
  REQUIRE(Judged(draw(950, 950)).verdict == Verdict::kValid);
  REQUIRE(Judged(draw(1050, 1050)).verdict == Verdict::kValid);
  REQUIRE(Judged(draw(950, 930)).verdict == Verdict::kInvalid);
  const RunResult late = Judged([&](RunResult& run) {
    draw(950, 950)(run);
    run.elapsed = seconds(11);
    run.achieved_qps = 950.0 / 11;
  });
  REQUIRE(late.verdict == Verdict::kInvalid);
  REQUIRE_THAT(late.reasons.at(0), Contains("achieved 86.36 of 95.00 requests/s"));
}

TEST_CASE("wrong values and broken thresholds fail a run") {
  const RunResult wrong = Judged([](RunResult& run) { run.measured.totals.wrong_values = 3; });
  REQUIRE(wrong.verdict == Verdict::kFailed);
  REQUIRE(wrong.reasons.size() == 1);
  REQUIRE_THAT(wrong.reasons[0], Contains("3 values were not"));

  const RunResult slow = Judged([](RunResult&) {}, {"p99<500us", "errors<1%", "hit_ratio>0.95"});
  REQUIRE(slow.verdict == Verdict::kFailed);
  REQUIRE(slow.reasons.size() == 2);
  REQUIRE_THAT(slow.reasons[0], Contains("p99<500us does not hold: measured 8") && Contains(" us"));
  REQUIRE_THAT(slow.reasons[1], Contains("hit_ratio>0.95 does not hold: measured 0.90009"));
  REQUIRE(slow.thresholds.size() == 3);
  REQUIRE_FALSE(slow.thresholds[0].passed);
  REQUIRE(slow.thresholds[1].passed);
  REQUIRE_FALSE(slow.thresholds[2].passed);
}

TEST_CASE("every figure of a threshold is the one that was measured") {
  const RunResult run =
      Judged([](RunResult& r) { SetLag(r, 123'000); },
             {"p50>1ns", "response.p99.9>1ns", "service.max>1ns", "send_lag.mean>1ns",
              "errors<=0.0006", "timeouts<=0.0003", "skipped<=0.0001", "hit_ratio>0.9",
              "achieved_qps>=10000", "peak_to_mean<1.21", "failed<=0.0009"});
  CAPTURE(run.reasons);
  REQUIRE(run.verdict == Verdict::kValid);
  const Latencies& l = run.measured.latencies;
  const double expected[] = {static_cast<double>(l.response.ValueAtPercentile(50)),
                             static_cast<double>(l.response.ValueAtPercentile(99.9)),
                             static_cast<double>(l.service.max()),
                             123'000,
                             0.0006,
                             0.0003,
                             0.0001,
                             90'000.0 / 99'990,
                             10'000,
                             40'000 / 33'330.0,
                             0.0009};
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    CAPTURE(run.thresholds[i].threshold.text);
    REQUIRE(run.thresholds[i].measured.value() == Approx(expected[i]));
  }
}

TEST_CASE("a threshold that the run cannot tell fails") {
  const auto spoil = [](RunResult& run) {
    run.config.workload.qps = 10;
    run.achieved_qps = 10;
    run.measured = Measurements(3);
    run.measured.totals = {.scheduled = 100, .sent = 100, .ok = 100};
    run.measured.latencies.response.RecordMany(1000, 100);
    run.measured.latencies.service.RecordMany(1000, 100);
    run.measured.latencies.send_lag.RecordMany(0, 100);
    run.cache.reset();
    run.balance.reset();
  };
  const RunResult run = Judged(spoil, {"p99<1h", "hit_ratio>=0", "peak_to_mean<100", "p50<1h"});
  REQUIRE(run.verdict == Verdict::kFailed);
  REQUIRE(run.reasons.size() == 3);
  REQUIRE_THAT(run.reasons[0], Contains("p99<1h cannot be told: too few requests"));
  REQUIRE_THAT(run.reasons[1], Contains("hit_ratio>=0 cannot be told: it was not measured"));
  REQUIRE_THAT(run.reasons[2], Contains("peak_to_mean<100 cannot be told"));
  REQUIRE_FALSE(run.thresholds[0].measured.has_value());
  REQUIRE(run.thresholds[3].passed);

  // Nothing scheduled: no fraction of it is measured either.
  const RunResult empty =
      Judged([](RunResult& r) { r.measured = Measurements(3); }, {"errors<1%", "mean<1h"});
  REQUIRE(empty.verdict == Verdict::kInvalid);
  REQUIRE_FALSE(empty.thresholds[0].measured.has_value());
  REQUIRE_FALSE(empty.thresholds[1].measured.has_value());
}

TEST_CASE("invalid wins over failed and still tells both") {
  const RunResult run = Judged(
      [](RunResult& r) {
        r.client_cpu_cores = 2;
        r.measured.totals.wrong_values = 1;
      },
      {"p99<1us"});
  REQUIRE(run.verdict == Verdict::kInvalid);
  REQUIRE(run.reasons.size() == 3);
}

TEST_CASE("judging twice gives the same verdict") {
  RunResult run = Judged([](RunResult& r) { r.client_cpu_cores = 2; }, {"p99<1us"});
  const std::vector<std::string> reasons = run.reasons;
  Judge(Thresholds({"p99<1us"}), run);
  REQUIRE(run.reasons == reasons);
  REQUIRE(run.thresholds.size() == 1);
}

TEST_CASE("verdicts have their names") {
  REQUIRE(VerdictName(Verdict::kValid) == "VALID");
  REQUIRE(VerdictName(Verdict::kFailed) == "FAILED");
  REQUIRE(VerdictName(Verdict::kInvalid) == "INVALID");
}

}  // namespace
}  // namespace ringlab
