// What other programs on the machine do to the verdict.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "loadgen/report/report.h"
#include "results/text/loadgen_text.h"
#include "tests/loadgen/judge/judged.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

RunResult WithOthers(double others, double idle, bool strangers = false) {
  return Judged([=](RunResult& run) {
    run.machine_load = MachineLoad{.others_share = others, .idle_share = idle};
    run.config.has_strangers = strangers;
  });
}

TEST_CASE("others that took much of a busy machine make the run invalid") {
  REQUIRE(WithOthers(0.26, 0.14).verdict == Verdict::kInvalid);
  const RunResult run = WithOthers(0.41, 0.02);
  REQUIRE(run.verdict == Verdict::kInvalid);
  REQUIRE(run.reasons.size() == 1);
  REQUIRE_THAT(run.reasons[0], Contains("other processes took 41 % of the CPUs") &&
                                   Contains("2 % were idle") && Contains("end them"));
  REQUIRE(run.warnings.empty());
}

TEST_CASE("others that left room are a warning and a little is nothing") {
  for (const auto& [others, idle] : {std::pair(0.2, 0.0), {0.25, 0.0}, {0.4, 0.5}, {0.3, 0.15}}) {
    const RunResult run = WithOthers(others, idle);
    CAPTURE(others, run.reasons);
    REQUIRE(run.verdict == Verdict::kValid);
    REQUIRE(run.warnings.size() == 1);
    REQUIRE_THAT(run.warnings[0], Contains("of the CPUs: latencies may be longer"));
  }
  REQUIRE(WithOthers(0.1, 0.0).warnings.empty());
  REQUIRE(Judged([](RunResult&) {}).warnings.empty());  // a machine that does not tell
}

TEST_CASE("where targets do a part of the work others are told and not judged") {
  const RunResult run = WithOthers(0.8, 0.0, true);
  REQUIRE(run.verdict == Verdict::kValid);
  REQUIRE(run.warnings.size() == 1);
  REQUIRE_THAT(run.warnings[0], Contains("took 80 % of the CPUs; targets"));
}

TEST_CASE("the reports tell what others took") {
  const auto json = ToJson(WithOthers(0.2, 0.3));
  REQUIRE(json["environment"]["others_share"] == 0.2);
  REQUIRE(json["environment"]["idle_share"] == 0.3);
  REQUIRE(json["warnings"].size() == 1);
  REQUIRE_THAT(TextOfLoadgen(json), Contains("VALID: these figures can be trusted\n          - "
                                             "beware: other processes took 20 %"));
  REQUIRE_FALSE(ToJson(JudgedSample()).contains("warnings"));
}

}  // namespace
}  // namespace ringlab
