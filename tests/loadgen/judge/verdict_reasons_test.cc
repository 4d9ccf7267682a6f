// Which reason comes first, and which of the others merely follow from it.
#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loadgen/report/report.h"
#include "results/text/loadgen_text.h"
#include "tests/loadgen/judge/judged.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;
using std::chrono::seconds;

void Late(RunResult& run) {
  run.measured.latencies.send_lag = Histogram();
  run.measured.latencies.send_lag.RecordMany(40'000'000, run.measured.totals.sent);
}

void Busy(RunResult& run, double others, double idle) {
  run.machine_load = MachineLoad{.others_share = others, .idle_share = idle};
}

// 20 % of the requests timed out, at every node alike.
void TimedOut(RunResult& run) {
  Measurements& m = run.measured;
  m.totals.ok -= 20'000;
  m.totals.timeouts += 20'000;
  m.keys.ok -= 20'000;
  m.keys.failed += 20'000;
  m.levels[static_cast<std::size_t>(Level::kPeer)] = Histogram();
  m.levels[static_cast<std::size_t>(Level::kPeer)].RecordMany(550'000, 40'000);
  m.latencies.failed.RecordMany(1'000'000'000, 20'000);
  run.failures = {};
  for (const char* node : {"n0", "n1", "n2"}) {
    run.failures.push_back({Code::kDeadlineExceeded, node, 6'676});
  }
  run.cache->source_loads = 30'000;
}

TEST_CASE("the reason that explains the others comes first and they say that they follow") {
  struct Case {
    std::function<void(RunResult&)> spoil;
    std::string first;
    std::vector<std::string> follow;
    std::string limit;
  };
  const Case cases[] = {
      {[](RunResult& run) { Late(run), Busy(run, 0.4, 0.02); },
       "other processes took 40 % of the CPUs",
       {"send lag p99 is 40.0 ms, more than 1.00 ms: it follows from the first"},
       "machine-cpu"},
      {[](RunResult& run) { Late(run), Busy(run, 0.02, 0.01); },
       "this machine had no CPU left: the nodes and loadgen used up 2.06 of its 2 cores",
       {"send lag p99 is 40.0 ms, more than 1.00 ms: it follows from the first"},
       "machine-cpu"},
      {[](RunResult& run) { Late(run), run.sender_cpu_share = 0.95; },
       "a sending thread used 95 % of a core",
       {"send lag p99 is 40.0 ms, more than 1.00 ms: it follows from the first"},
       "loadgen"},
      {[](RunResult& run) { TimedOut(run), Busy(run, 0.02, 0.01); },
       "this machine had no CPU left",
       {"the source is slow: 20,030 requests had no answer within 1.00 s",
        "20.1 % of the requests failed"},
       "machine-cpu"},
      {TimedOut,
       "the source is slow: 20,030 requests had no answer within 1.00 s, those from memory took "
       "410 us (p50)",
       {"20.1 % of the requests failed (60 errors, 20030 timeouts, 10 skipped)"},
       "source"},
      {[](RunResult& run) { TimedOut(run), Late(run); },
       "the source is slow",
       {"20.1 % of the requests failed", "send lag p99 is 40.0 ms, more than 1.00 ms: loadgen"},
       "source"},
      {Late, "send lag p99 is 40.0 ms, more than 1.00 ms: loadgen itself was late", {}, "none"},
  };
  for (const Case& c : cases) {
    const RunResult run = Judged(c.spoil);
    INFO(c.first);
    CAPTURE(run.reasons);
    REQUIRE(run.verdict == Verdict::kInvalid);
    REQUIRE(run.reasons.size() == 1 + c.follow.size());
    REQUIRE_THAT(run.reasons[0], Contains(c.first));
    for (std::size_t i = 0; i < c.follow.size(); ++i) {
      REQUIRE_THAT(run.reasons[i + 1], Contains(c.follow[i]));
    }
    REQUIRE(ToJson(run)["limit"]["what"] == c.limit);
  }
}

TEST_CASE("timeouts of one node alone are not the source's") {
  const RunResult run = Judged([](RunResult& r) {
    TimedOut(r);
    r.failures = {{Code::kDeadlineExceeded, "n1", 20'030}};
  });
  REQUIRE(run.reasons.size() == 1);
  REQUIRE_THAT(run.reasons[0], Contains("20.1 % of the requests failed") && !Contains("follows"));
}

TEST_CASE("slow answers of the source that filled what may be in flight are its doing") {
  const RunResult run = Judged([](RunResult& r) {
    r.achieved_qps = 9'000;
    r.measured.totals.skipped += 9'990;
    r.measured.totals.scheduled += 9'990;
    r.measured.levels[static_cast<std::size_t>(Level::kSource)] = Histogram();
    r.measured.levels[static_cast<std::size_t>(Level::kSource)].RecordMany(2'000'000'000, 7'900);
  });
  REQUIRE(run.reasons.size() == 3);
  REQUIRE_THAT(
      run.reasons[0],
      Contains("the source is slow: gets that it answered took 2.00 s, those from memory"));
  REQUIRE_THAT(run.reasons[1], Contains("achieved 9000 of 10000") && Contains("it follows from"));
}

TEST_CASE("a run that used up the machine says so whatever its verdict") {
  const RunResult valid = Judged([](RunResult& run) { Busy(run, 0, 0.02); });
  REQUIRE(valid.verdict == Verdict::kValid);
  REQUIRE(valid.limit.what == "machine-cpu");
  REQUIRE_THAT(TextOfLoadgen(ToJson(valid)),
               Contains("\nlimit       this machine had no CPU left: the nodes and loadgen used up "
                        "2.06 of its 2 cores"));
  const RunResult failed = Judged([](RunResult& run) { Busy(run, 0, 0.02); }, {"p99<1us"});
  REQUIRE(failed.verdict == Verdict::kFailed);
  REQUIRE(failed.reasons.size() == 2);
  REQUIRE_THAT(failed.reasons[0], Contains("this machine had no CPU left"));
  const std::string text = TextOfLoadgen(ToJson(failed));
  REQUIRE_THAT(text, Contains("- this machine had no CPU left") && !Contains("\nlimit "));

  const RunResult idle = Judged([](RunResult& run) { Busy(run, 0, 0.06); });
  REQUIRE(idle.limit.what == "none");
}

TEST_CASE("every reason is printed") {
  const RunResult run = Judged(
      [](RunResult& r) {
        TimedOut(r);
        Late(r);
        Busy(r, 0.5, 0.0);
        r.sender_cpu_share = 0.99;
        r.achieved_qps = 8'000;
        r.problems = {"process 7 was ended by signal 9"};
        r.measured.totals.wrong_values = 2;
      },
      {"p99<1us", "p50<1us", "errors<=0", "hit_ratio>0.99"});
  REQUIRE(run.reasons.size() >= 11);
  REQUIRE(run.reasons[0] == "process 7 was ended by signal 9");
  const std::string text = TextOfLoadgen(ToJson(run));
  std::size_t bullets = 0;
  for (std::size_t at = text.find("\n          - "); at != std::string::npos;
       at = text.find("\n          - ", at + 1)) {
    ++bullets;
  }
  REQUIRE(bullets == run.reasons.size() + run.warnings.size());
  REQUIRE_THAT(text, !Contains("more; --json"));
}

TEST_CASE("a run that was cut short says so in its first line") {
  RunResult run = JudgedSample();
  run.interrupted = true;
  run.elapsed = std::chrono::milliseconds(2'300);
  REQUIRE_THAT(TextOfLoadgen(ToJson(run)),
               Contains("trusted (cut short: interrupted after 2.3 of 10.0 s)"));
  run.interrupted = false;
  run.gone = {"target n2 went: connection refused"};
  REQUIRE(run.was_cut_short());
  REQUIRE_THAT(TextOfLoadgen(ToJson(run)),
               Contains("(cut short: target n2 went: connection refused)"));
  REQUIRE(ToJson(run)["gone"].size() == 1);
}

}  // namespace
}  // namespace ringlab
