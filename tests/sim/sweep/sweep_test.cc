#include "sim/sweep/sweep.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/report/report.h"
#include "sim/sweep/measured_bytes.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

const SweepCell kBase{
    .ring = "xx64", .replicas = 50, .nodes = 8, .zipf_s = 0.99, .names = "node-{i}"};

void MeasureJobs(Sweep& sweep, std::uint64_t jobs) {
  for (std::uint64_t job = 0; job < jobs; ++job) REQUIRE(sweep.Take(job, sweep.Measure(job)));
}

std::vector<SweepRow> RowsOf(const std::vector<SweepCell>& cells, std::uint64_t keys,
                             std::uint64_t first_seed, std::uint64_t seeds) {
  auto sweep = Sweep::Create(cells, keys, first_seed, seeds).value();
  MeasureJobs(sweep, sweep.jobs());
  return sweep.Rows(sweep.jobs()).value();
}

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
  const SweepRow first = RowsOf({kBase}, 10'000, 1, 1).front();
  const SweepRow again = RowsOf({kBase}, 10'000, 1, 1).front();
  const SweepRow other = RowsOf({kBase}, 10'000, 2, 1).front();
  REQUIRE(first.cv.mean == again.cv.mean);
  REQUIRE(first.load_cv.mean == again.load_cv.mean);
  REQUIRE(first.cv.mean != other.cv.mean);
  REQUIRE(first.load_cv.mean != other.load_cv.mean);
}

TEST_CASE("cells that share a ring or a theory have what they have alone") {
  SweepAxes axes;
  REQUIRE(AddSweepAxis("zipf=0,0.99,0.99,1.5", axes));
  REQUIRE(AddSweepAxis("names=a-{i},b-{i}", axes));
  REQUIRE(AddSweepAxis("ring=xx64,jump", axes));
  const auto cells = CellsOf(axes, kBase).value();
  REQUIRE(cells.size() == 12);  // a value that comes twice counts once
  auto sweep = Sweep::Create(cells, 10'000, 1, 3).value();
  REQUIRE(sweep.jobs() == 4 * 3);
  const auto rows = RowsOf(cells, 10'000, 1, 3);
  REQUIRE(rows.size() == 12);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    INFO(i);
    const SweepRow alone = RowsOf({cells[i]}, 10'000, 1, 3).front();
    CHECK(rows[i].cell.zipf_s == cells[i].zipf_s);
    CHECK(rows[i].cv.mean == alone.cv.mean);
    CHECK(rows[i].load_peak.mean == alone.load_peak.mean);
    CHECK(rows[i].expected.cv == alone.expected.cv);
  }
}

TEST_CASE("a sweep that is cut short has the rows that it measured") {
  SweepCell other = kBase;
  other.nodes = 4;
  auto sweep = Sweep::Create({kBase, other}, 1'000, 1, 3).value();
  MeasureJobs(sweep, 4);
  const auto rows = sweep.Rows(4).value();
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[0].seeds == 3);
  REQUIRE(rows[1].seeds == 1);
  REQUIRE_THAT(SweepText(rows), Contains("cut short, 1"));
  REQUIRE(sweep.Rows(3).value().size() == 1);
}

TEST_CASE("a sweep that would take for ever or cannot be built is refused") {
  const auto large = Sweep::Create(std::vector<SweepCell>(10'000, kBase), 1'000, 1, 10'000);
  REQUIRE_THAT(large.error().message, Contains("10000 cells with 10000 seeds"));
  SweepCell slow = kBase;
  slow.ring = "rendezvous";
  slow.nodes = 1'000'000;
  auto sweep = Sweep::Create({slow}, 1'000, 1, 1).value();
  MeasureJobs(sweep, 1);
  REQUIRE_THAT(sweep.Rows(1).error().message, Contains("1000000 nodes"));
}

TEST_CASE("what another process measured is the same bit by bit") {
  SweepCell flat = kBase;
  flat.zipf_s = 0;
  const std::vector<SweepCell> cells{kBase, flat};
  auto here = Sweep::Create(cells, 1'000, 1, 3).value();
  auto there = Sweep::Create(cells, 1'000, 1, 3).value();
  for (const std::uint64_t job : {2, 0, 1}) {
    const std::string bytes = ToBytes(there.Measure(job));
    REQUIRE(here.Take(job, ReadMeasured(bytes).value()));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      REQUIRE(ReadMeasured(bytes.substr(0, size)).error().code == Code::kDataLoss);
    }
    REQUIRE(!ReadMeasured(bytes + "x"));
  }
  const auto rows = here.Rows(3).value();
  const auto alone = RowsOf(cells, 1'000, 1, 3);
  REQUIRE(rows.size() == 2);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(ToJson(rows[i]).dump() == ToJson(alone[i]).dump());
  }
  const auto cut = here.Take(0, SweepMeasured{});
  REQUIRE_THAT(cut.error().message, Contains("has 0 samples, not 2"));
}

TEST_CASE("that a ring cannot be built is told by another process too") {
  const SweepMeasured failed{.failed = Error{Code::kResourceExhausted, "too many \"points\""}};
  REQUIRE(ReadMeasured(ToBytes(failed)).value().failed == failed.failed);
}

TEST_CASE("means over seeds stand where theory expects them") {
  const SweepRow row = RowsOf({kBase}, 1'000, 1, 60).front();
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
  const SweepRow row = RowsOf({kBase}, 1'000, 1, 2).front();
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
