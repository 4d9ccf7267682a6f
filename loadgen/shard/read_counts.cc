// ReadShardCounts: a shard's counts out of its result, none of it believed.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loadgen/shard/counts_json.h"
#include "results/hdr/v2.h"
#include "results/text/json_view.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

// Reads on until something is wrong, and then remembers the first of it.
class Reader {
 public:
  explicit Reader(const Json& json) : run_(json), counts_(run_["shard"]["counts"]) {}

  void ReadInto(RunResult& run) {
    Measurements& m = run.measured;
    m.totals = TotalsOf(run_["totals"]);
    m.latencies.response = Exact(counts_["response"], "response");
    m.latencies.service = Exact(counts_["service"], "service");
    m.latencies.send_lag = Exact(counts_["send_lag"], "send_lag");
    m.latencies.failed = Exact(counts_["failed"], "failed");
    ReadOperations(m);
    ReadStaleness(m.staleness);
    ReadFailures(run);
    const std::vector<JsonView> nodes = run_["balance"]["nodes"].items();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      m.owners[i] = Owner(nodes[i], At("owners", i));
      if (run.config.driver.route == Route::kOwner) continue;
      if (m.asked.empty()) m.asked.resize(nodes.size());
      m.asked[i] = Owner(nodes[i]["asked"], At("asked", i));
    }
    ReadPhases(run);
    ReadSeries(run);
    ReadRanks(m);
    for (const JsonView& problem : counts_["problems"].items()) {
      run.problems.push_back(problem.text());
    }
  }

  std::string complaint;

 private:
  void Complain(const std::string& where) {
    if (complaint.empty()) complaint = "/shard/counts/" + where;
  }

  JsonView At(const char* list, std::size_t index) {
    const std::vector<JsonView> items = counts_[list].items();
    if (index < items.size()) return items[index];
    Complain(std::string(list) + ": expected one for each");
    return counts_["nothing"];
  }

  // The counters of an HdrHistogram of our layout.
  std::vector<HdrHistogram::Cell> Cells(const std::string& text, const std::string& where) {
    if (text.empty()) return {};
    auto hdr = DecodeHdr(text);
    if (hdr && hdr->layout() == HdrLayout::OfRinglab()) return hdr->cells();
    Complain(where + ": expected an HdrHistogram from 1 ns to 60 s at 3 digits");
    return {};
  }

  Histogram Exact(const JsonView& json, const std::string& where) {
    std::vector<std::uint64_t> counters(Histogram::kCountsLength);
    for (const HdrHistogram::Cell& cell : Cells(json["hdr_v2"].text(), where)) {
      if (cell.index < counters.size()) counters[cell.index] = cell.count;
    }
    auto whole =
        Histogram::Restore(std::move(counters), {.mean = json["mean_ns"].number(),
                                                 .min = json["min_ns"].nanoseconds().count(),
                                                 .max = json["max_ns"].nanoseconds().count(),
                                                 .beyond = json["beyond"].count()});
    if (whole) return *std::move(whole);
    Complain(where + ": its mean_ns, min_ns and max_ns are not of its counters");
    return {};
  }

  BucketCounts Buckets(const std::string& text, const std::string& where) {
    BucketCounts buckets;
    for (const HdrHistogram::Cell& cell : Cells(text, where)) {
      if (cell.index >= Histogram::kCountsLength || cell.count > kBucketCountMax) {
        Complain(where + ": a counter beyond what an interval has");
        return {};
      }
      buckets.push_back({.index = cell.index & 0xffffU, .count = cell.count & kBucketCountMax});
    }
    return buckets;
  }

  static Totals TotalsOf(const JsonView& t) {
    return {.scheduled = t["scheduled"].count(),
            .sent = t["sent"].count(),
            .skipped = t["skipped"].count(),
            .ok = t["ok"].count(),
            .not_found = t["not_found"].count(),
            .errors = t["errors"].count(),
            .timeouts = t["timeouts"].count(),
            .wrong_values = t["wrong_values"].count()};
  }

  void ReadOperations(Measurements& m) {
    for (std::size_t i = 0; i < kOperations; ++i) {
      const std::string name(OperationName(static_cast<Operation>(i)));
      const JsonView row = run_["operations"][name];
      m.operations[i].requests = row["requests"].count();
      m.operations[i].failed = row["failed"].count();
      m.operations[i].service = Exact(counts_["operations"][name], "operations/" + name);
    }
    const JsonView keys = run_["operations"]["get"]["keys"];
    m.keys = {.asked = keys["asked"].count(),
              .ok = keys["ok"].count(),
              .not_found = keys["not_found"].count(),
              .failed = keys["failed"].count()};
    for (std::size_t i = 0; i < kLevels; ++i) {
      const std::string name(LevelName(static_cast<Level>(i)));
      m.levels[i] = Exact(counts_["levels"][name], "levels/" + name);
    }
  }

  void ReadStaleness(Staleness& staleness) {
    const JsonView s = run_["staleness"];
    staleness.reads = s["reads"].count();
    staleness.stale = s["stale_reads"].count();
    staleness.own_stale = s["own_stale_reads"].count();
    staleness.reverted = s["reverted"].count();
    staleness.untold = s["untold"].count();
    staleness.age = Exact(counts_["staleness"], "staleness");
  }

  void ReadFailures(RunResult& run) {
    std::map<std::string, NodeIndex> index_of;
    for (const NodeResult& node : run.nodes) {
      index_of.emplace(node.name, static_cast<NodeIndex>(index_of.size()));
    }
    for (const JsonView& cell : run_["failures"].items()) {
      const auto node = index_of.find(cell["node"].text());
      if (node == index_of.end()) {
        Complain("…: /failures names \"" + cell["node"].text() + "\", which is no node");
        return;
      }
      run.measured.failures.Count(CodeOf(cell["code"].text()), node->second,
                                  cell["requests"].count());
    }
    const JsonView first = counts_["first_error"];
    if (!first.is_there()) return;
    run.measured.first_error = {CodeOf(first["code"].text()), first["message"].text()};
  }

  Code CodeOf(const std::string& name) {
    for (int code = 1; code <= static_cast<int>(Code::kUnauthenticated); ++code) {
      if (CodeName(static_cast<Code>(code)) == name) return static_cast<Code>(code);
    }
    Complain("…: \"" + name + "\" is no code of an error");
    return Code::kUnknown;
  }

  OwnerMeasurements Owner(const JsonView& node, const JsonView& response) {
    return {.requests = node["requests"].count(),
            .failed = node["failed"].count(),
            .response = Exact(response, "owners or asked")};
  }

  void ReadPhases(RunResult& run) {
    const std::vector<JsonView> phases = run_["phases"].items();
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const JsonView phase = phases[i];
      const JsonView counts = At("phases", i);
      PhaseResult& read = run.phases.emplace_back();
      read.planned = {.name = phase["name"].text(),
                      .what = phase["what"].text(),
                      .from = phase["from_s"].seconds(),
                      .to = phase["to_s"].seconds(),
                      .requests = phase["planned"].number()};
      read.measured.totals = TotalsOf(phase["totals"]);
      Latencies& latencies = read.measured.latencies;
      latencies.response = Exact(counts["response"], "phases");
      latencies.service = Exact(counts["service"], "phases");
      latencies.send_lag = Exact(counts["send_lag"], "phases");
      latencies.failed = Exact(counts["failed"], "phases");
      run.measured.parts.push_back(read.measured);
    }
  }

  // Over all intervals of the plan, so that shards of one that was cut short fit together.
  void ReadSeries(RunResult& run) {
    const JsonView series = run_["series"];
    if (!series.is_there() || run.config.duration <= Duration::zero()) return;
    const Duration interval = TimeSeries::IntervalFor(run.config.duration);
    TimeSeries whole(run.config.duration, interval);
    if (series["at_s"].items().size() > whole.size() ||
        series["interval_s"].number() != Seconds(interval)) {
      return Complain("intervals: expected those of /config/duration_s");
    }
    const std::size_t size = series["at_s"].items().size();
    if (size > 1 && static_cast<std::int64_t>(size - 1) * interval >= run.elapsed) {
      return Complain("intervals: there are some after /totals/elapsed_s");
    }
    const auto each = [&](const JsonView& column, const std::string& name, auto take) {
      const std::vector<JsonView> cells = column.items();
      if (!column.is_there()) return;
      if (cells.size() != size)
        return Complain("intervals: /series has another number than " + name);
      for (std::size_t i = 0; i < size; ++i) take(i, cells[i]);
    };
    using Counted = TimeSeries::Counts;
    const std::pair<const char*, std::uint64_t Counted::*> columns[] = {
        {"scheduled", &Counted::scheduled},
        {"sent", &Counted::sent},
        {"skipped", &Counted::skipped},
        {"late", &Counted::late},
        {"ok", &Counted::ok},
        {"not_found", &Counted::not_found},
        {"failed", &Counted::failed}};
    for (const auto& [name, field] : columns) {
      each(series[name], name, [&, of = field](std::size_t i, const JsonView& cell) {
        whole.counts(i).*of = cell.count();
      });
    }
    each(series["response_max_ns"], "response_max_ns", [&](std::size_t i, const JsonView& cell) {
      whole.counts(i).response_max = cell.nanoseconds().count();
    });
    for (std::size_t k = 0; k < kLevels; ++k) {
      const std::string name(LevelName(static_cast<Level>(k)));
      each(series["levels"][name], name,
           [&](std::size_t i, const JsonView& cell) { whole.counts(i).levels[k] = cell.count(); });
    }
    const JsonView latencies = counts_["intervals"];
    for (std::size_t k = 0; k < kOperations; ++k) {
      const auto operation = static_cast<Operation>(k);
      const std::string name(OperationName(operation));
      each(latencies[name], name, [&](std::size_t i, const JsonView& cell) {
        whole.AddResponses(i, operation, Buckets(cell.text(), "intervals/" + name));
      });
    }
    each(latencies["service"], "service", [&](std::size_t i, const JsonView& cell) {
      whole.AddServices(i, Buckets(cell.text(), "intervals/service"));
    });
    run.measured.series = std::move(whole);
  }

  // By their bands: the counters of which a band is made are no finer in any report.
  void ReadRanks(Measurements& m) {
    std::uint64_t ranked = 0;
    for (const JsonView& band : run_["popularity"]["ranks"].items()) {
      const std::uint64_t rank = std::clamp<std::uint64_t>(band["rank"].count(), 1, kMaxZipfRanks);
      m.ranks.Count(rank, band["requests"].count());
      ranked += band["requests"].count();
    }
    if (ranked > m.totals.sent) return Complain("…: /popularity/ranks has more than was sent");
    m.ranks.Count(0, m.totals.sent - ranked);
  }

  JsonView run_;
  JsonView counts_;
};

}  // namespace

Result<void> ReadShardCounts(const Json& json, RunResult& run) {
  if (!JsonView(json)["shard"]["counts"].is_there()) {
    return Fail(Code::kInvalidArgument, "expected a result of --shard, which has /shard/counts");
  }
  run.measured = Measurements(run.nodes.size());
  Reader reader(json);
  reader.ReadInto(run);
  if (reader.complaint.empty()) {
    const std::string broken = CheckIdentities(run.measured);
    if (!broken.empty()) reader.complaint = "/shard/counts: they do not add up: " + broken;
  }
  if (!reader.complaint.empty()) return Fail(Code::kInvalidArgument, std::move(reader.complaint));
  return {};
}

}  // namespace ringlab
