// ReadShardCounts: a shard's counts out of its result, none of it believed.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loadgen/shard/count_reader.h"
#include "loadgen/shard/counts_json.h"
#include "loadgen/shard/latency_sums.h"
#include "results/text/json_view.h"

namespace ringlab {

namespace {

using Json = nlohmann::ordered_json;

class Reader : public CountReader {
 public:
  explicit Reader(const Json& json) : run_(json), counts_(run_["shard"]["counts"]) {}

  void ReadInto(RunResult& run) {
    Measurements& m = run.measured;
    m.totals = TotalsOf(run_["totals"], "/totals");
    m.latencies.response = Exact(counts_["response"], "response");
    m.latencies.service = Exact(counts_["service"], "service");
    m.latencies.send_lag = Exact(counts_["send_lag"], "send_lag");
    m.latencies.failed = Exact(counts_["failed"], "failed");
    ReadOperations(m);
    ReadStaleness(m.staleness);
    ReadFailures(run);
    const std::vector<JsonView> nodes = run_["balance"]["nodes"].items();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      m.owners[i] = Owner(nodes[i], "owners", i);
      if (run.config.driver.route == Route::kOwner) continue;
      if (m.asked.empty()) m.asked.resize(nodes.size());
      m.asked[i] = Owner(nodes[i]["asked"], "asked", i);
    }
    ReadPhases(run);
    ReadSeries(run);
    ReadRanks(m);
    for (const JsonView& problem : counts_["problems"].items()) {
      run.problems.push_back(problem.text());
    }
  }

 private:
  JsonView At(const char* list, std::size_t index, const char* of) {
    const std::vector<JsonView> items = counts_[list].items();
    if (index < items.size()) return items[index];
    ComplainOfCounts(std::string(list) + ": expected one for each of " + of);
    return counts_["nothing"];
  }

  Totals TotalsOf(const JsonView& json, const std::string& where) {
    const auto count = [&](const char* name) { return Count(json[name], where + "/" + name); };
    return {.scheduled = count("scheduled"),
            .sent = count("sent"),
            .skipped = count("skipped"),
            .ok = count("ok"),
            .not_found = count("not_found"),
            .errors = count("errors"),
            .timeouts = count("timeouts"),
            .wrong_values = count("wrong_values")};
  }

  void ReadOperations(Measurements& m) {
    for (std::size_t i = 0; i < kOperations; ++i) {
      const std::string name(OperationName(static_cast<Operation>(i)));
      const JsonView row = run_["operations"][name];
      m.operations[i].requests = Count(row["requests"], "/operations/" + name + "/requests");
      m.operations[i].failed = Count(row["failed"], "/operations/" + name + "/failed");
      m.operations[i].service = Exact(counts_["operations"][name], "operations/" + name);
    }
    const JsonView keys = run_["operations"]["get"]["keys"];
    const auto count = [&](const char* name) {
      return Count(keys[name], std::string("/operations/get/keys/") + name);
    };
    m.keys = {.asked = count("asked"),
              .ok = count("ok"),
              .not_found = count("not_found"),
              .failed = count("failed")};
    for (std::size_t i = 0; i < kLevels; ++i) {
      const std::string name(LevelName(static_cast<Level>(i)));
      m.levels[i] = Exact(counts_["levels"][name], "levels/" + name);
    }
  }

  void ReadStaleness(Staleness& staleness) {
    const JsonView s = run_["staleness"];
    const auto count = [&](const char* name) {
      return Count(s[name], std::string("/staleness/") + name);
    };
    staleness.reads = count("reads");
    staleness.stale = count("stale_reads");
    staleness.own_stale = count("own_stale_reads");
    staleness.reverted = count("reverted");
    staleness.untold = count("untold");
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
        Complain("/failures: names \"" + cell["node"].text() + "\", which is no node");
        return;
      }
      run.measured.failures.Count(CodeOf(cell["code"].text()), node->second,
                                  Count(cell["requests"], "/failures/*/requests"));
    }
    const JsonView first = counts_["first_error"];
    if (!first.is_there()) return;
    run.measured.first_error = {CodeOf(first["code"].text()), first["message"].text()};
  }

  Code CodeOf(const std::string& name) {
    for (int code = 1; code <= static_cast<int>(Code::kUnauthenticated); ++code) {
      if (CodeName(static_cast<Code>(code)) == name) return static_cast<Code>(code);
    }
    Complain("/failures or /shard/counts/first_error: \"" + name + "\" is no code of an error");
    return Code::kUnknown;
  }

  OwnerMeasurements Owner(const JsonView& node, const char* list, std::size_t index) {
    const std::string where = std::string(list) + "/" + std::to_string(index);
    return {.requests = Count(node["requests"], "/balance/nodes/*/requests"),
            .failed = Count(node["failed"], "/balance/nodes/*/failed"),
            .response = Exact(At(list, index, "/balance/nodes"), where)};
  }

  void ReadPhases(RunResult& run) {
    const std::vector<JsonView> phases = run_["phases"].items();
    if (phases.size() > RateProfile::kPhasesMax) {
      return Complain("/phases: " + std::to_string(phases.size()) + ": expected up to " +
                      std::to_string(RateProfile::kPhasesMax));
    }
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const JsonView phase = phases[i];
      const JsonView counts = At("phases", i, "/phases");
      const std::string where = "phases/" + std::to_string(i);
      PhaseResult& read = run.phases.emplace_back();
      read.planned = {.name = phase["name"].text(),
                      .what = phase["what"].text(),
                      .from = phase["from_s"].seconds(),
                      .to = phase["to_s"].seconds(),
                      .requests = phase["planned"].number()};
      read.measured.totals = TotalsOf(phase["totals"], "/" + where + "/totals");
      Latencies& latencies = read.measured.latencies;
      latencies.response = Exact(counts["response"], where + "/response");
      latencies.service = Exact(counts["service"], where + "/service");
      latencies.send_lag = Exact(counts["send_lag"], where + "/send_lag");
      latencies.failed = Exact(counts["failed"], where + "/failed");
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
      return Complain("/series: expected the intervals of /config/duration_s");
    }
    const std::size_t size = series["at_s"].items().size();
    if (size > 1 && static_cast<std::int64_t>(size - 1) * interval >= run.elapsed) {
      return Complain("/series: there are intervals after /totals/elapsed_s");
    }
    const auto each = [&](const JsonView& column, const std::string& name, auto take) {
      const std::vector<JsonView> cells = column.items();
      if (!column.is_there()) return;
      if (cells.size() != size) {
        return ComplainOfCounts("intervals: /series/at_s has another number than " + name);
      }
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
        whole.counts(i).*of = Count(cell, "/series");
      });
    }
    each(series["response_max_ns"], "response_max_ns", [&](std::size_t i, const JsonView& cell) {
      whole.counts(i).response_max = cell.nanoseconds().count();
    });
    for (std::size_t k = 0; k < kLevels; ++k) {
      const std::string name(LevelName(static_cast<Level>(k)));
      each(series["levels"][name], name, [&](std::size_t i, const JsonView& cell) {
        whole.counts(i).levels[k] = Count(cell, "/series/levels");
      });
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
      const std::uint64_t requests = Count(band["requests"], "/popularity/ranks/*/requests");
      ranked += requests;
      if (ranked > m.totals.sent) return Complain("/popularity/ranks: has more than was sent");
      m.ranks.Count(rank, requests);
    }
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
  if (reader.complaint().empty()) {
    std::string broken = CheckIdentities(run.measured);
    if (broken.empty()) broken = CheckLatencies(run.measured);
    if (!broken.empty()) reader.Complain("/shard/counts: they do not add up: " + broken);
  }
  if (!reader.complaint().empty()) return Fail(Code::kInvalidArgument, reader.complaint());
  return {};
}

}  // namespace ringlab
