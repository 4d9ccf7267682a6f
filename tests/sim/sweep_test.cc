#include "sim/sweep.h"

#include <catch2/catch.hpp>

#include "sim/report.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

const SweepCell kBase{
    .ring = "xx64", .replicas = 50, .nodes = 8, .zipf_s = 0.99, .names = "node-{i}"};

TEST_CASE("a sweep has all combinations and rings without replicas once") {
  SweepAxes axes;
  REQUIRE(AddSweepAxis("replicas=1,10,50", axes));
  REQUIRE(AddSweepAxis("ring=xx64,jump", axes));
  REQUIRE(AddSweepAxis("zipf=0,0.99", axes));
  const auto cells = CellsOf(axes, kBase);
  REQUIRE(cells);
  REQUIRE(cells->size() == 3 * 2 + 2);
  REQUIRE(cells->front().replicas == 1);
  REQUIRE(cells->front().zipf_s == 0);
  REQUIRE(cells->back().ring == "jump");
  REQUIRE(cells->back().nodes == 8);
}

TEST_CASE("a sweep axis that cannot be read says which and what is accepted") {
  SweepAxes axes;
  for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
           {"", "AXIS=VALUE"},
           {"replicas", "AXIS=VALUE"},
           {"replicas=", "AXIS=VALUE"},
           {"colour=1", "AXIS=VALUE"},
           {"replicas=0", "replicas: \"0\": expected"},
           {"replicas=1,x", "replicas: \"x\": expected"},
           {"nodes=0", "nodes: \"0\": expected"},
           {"zipf=-1", "zipf: \"-1\": expected"},
           {"zipf=nan", "zipf: \"nan\": expected"},
           {"names=node", "names: \"node\": expected a pattern"},
           {"ring=sha1", "sha1"}}) {
    INFO(text);
    const auto added = AddSweepAxis(text, axes);
    REQUIRE(!added);
    REQUIRE_THAT(added.error().message, Contains(said));
  }
  SweepAxes large;
  for (int i = 0; i < 101; ++i) large.replicas.push_back(1);
  for (int i = 0; i < 101; ++i) large.zipf.push_back(0);
  REQUIRE_THAT(CellsOf(large, kBase).error().message, Contains("10000 cells"));
}

TEST_CASE("a cell and a seed give one sample and another seed another") {
  const auto first = MeasureCell(kBase, 10'000, 1);
  const auto again = MeasureCell(kBase, 10'000, 1);
  const auto other = MeasureCell(kBase, 10'000, 2);
  REQUIRE(first);
  REQUIRE(other);
  REQUIRE(first->ring.cv == again->ring.cv);
  REQUIRE(first->load.cv == again->load.cv);
  REQUIRE(first->ring.cv != other->ring.cv);
}

TEST_CASE("means over seeds stand where theory expects them") {
  std::vector<SweepSample> samples;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    samples.push_back(*MeasureCell(kBase, 1'000, seed));
  }
  const SweepRow row = Summarise(kBase, samples);
  REQUIRE(row.seeds == 60);
  REQUIRE(*row.expected.cv == Approx(0.1321).margin(0.0001));
  // Four standard errors about the expectations of research section 2.2.
  REQUIRE(row.peak.mean == Approx(1.2102).margin(0.042));
  REQUIRE(row.min.mean == Approx(0.8084).margin(0.034));
  REQUIRE(row.cv.mean == Approx(0.1321).margin(0.019));
  REQUIRE(row.cv.interval->low < row.cv.mean);
  REQUIRE(row.cv.interval->high > row.cv.mean);
}

TEST_CASE("the interval of a mean is Student's") {
  const Estimate estimate = EstimateMean({1, 2, 3, 4, 5});
  REQUIRE(estimate.mean == Approx(3));
  // t of 4 degrees at 97.5 % is 2.77645; the standard error is sqrt(2.5 / 5).
  REQUIRE(estimate.interval->high == Approx(3 + 2.77645 * 0.707107).epsilon(1e-5));
  REQUIRE(!EstimateMean({7}).interval);
}

TEST_CASE("a sweep as a table and as CSV has one line a cell") {
  const SweepRow row =
      Summarise(kBase, {*MeasureCell(kBase, 1'000, 1), *MeasureCell(kBase, 1'000, 2)});
  SweepRow quoted = row;
  quoted.cell.names = "a,\"{i}\"";
  const std::string csv = SweepCsv({row, quoted});
  REQUIRE(std::count(csv.begin(), csv.end(), '\n') == 3);
  REQUIRE_THAT(
      csv, Contains("\nxx64,node-{i},8,50,0.99,2,1.") && Contains("xx64,\"a,\"\"{i}\"\"\",8,50"));
  REQUIRE_THAT(SweepText({row}), Contains("node-{i}") && Contains("±") && Contains("0.132"));
}

}  // namespace
}  // namespace ringlab
