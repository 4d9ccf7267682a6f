#include "results/gate/ab.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/random.h"
#include "results/gate/bench_run.h"
#include "results/text/text_format.h"

namespace ringlab {

namespace {

using Times = std::map<std::string, TimedMetric>;

// The pairs of one comparison, and what is made of them.
class PairedRuns {
 public:
  PairedRuns(const AbOptions& options, std::vector<std::string> paths, const StopAsked& stop,
             const Say& say)
      : options_(options), paths_(std::move(paths)), stop_(stop), say_(say) {}

  // Paths whose instructions are known not to have changed: of these only a large change of time
  // fails, because where code lies in memory alone moves times by several per cent.
  std::set<std::string> same_instructions;

  Result<std::vector<Row>> Measure() {
    auto first = Round(options_.pairs, paths_, "");
    if (!first) return tl::unexpected(first.error());
    std::vector<Row> rows = Judge(*first);
    if (auto done = DoubleWhereNoisy(*first, rows); !done) return tl::unexpected(done.error());
    if (auto done = ConfirmFailures(rows); !done) return tl::unexpected(done.error());
    return rows;
  }

 private:
  struct Sides {
    Times base, head;
  };

  Result<Sides> Round(std::size_t pairs, const std::vector<std::string>& only,
                      const std::string& why);
  Result<void> RunSide(const AbSide& side, const std::vector<std::string>& only, Times* into);
  Result<void> DoubleWhereNoisy(Sides& first, std::vector<Row>& rows);
  Result<void> ConfirmFailures(std::vector<Row>& rows);
  std::vector<Row> Judge(const Sides& sides) const;

  const AbOptions& options_;
  const std::vector<std::string> paths_;
  const StopAsked& stop_;
  const Say& say_;
  std::uint64_t rounds_ = 0;
};

Result<void> PairedRuns::RunSide(const AbSide& side, const std::vector<std::string>& only,
                                 Times* into) {
  auto times = TimeOnce(side.bin, side.arguments, only, stop_);
  if (!times) return tl::unexpected(times.error());
  if (into == nullptr) return {};  // to warm up
  for (const auto& [name, ns] : *times) {
    TimedMetric& metric = (*into)[name];
    metric.unit = "ns/op";
    metric.samples.push_back(ns);
  }
  return {};
}

Result<PairedRuns::Sides> PairedRuns::Round(std::size_t pairs, const std::vector<std::string>& only,
                                            const std::string& why) {
  ++rounds_;
  Sides sides;
  const std::vector<bool> order =
      OrderOfPairs(kWarmUpPairs + pairs, options_.seed + 1'000 * rounds_);
  for (std::size_t i = 0; i < kWarmUpPairs + pairs; ++i) {
    const bool warm_up = i < kWarmUpPairs;
    say_("times: pair " + std::to_string(i + 1) + " of " + std::to_string(kWarmUpPairs + pairs) +
         why);
    for (const bool of_head : {order[i], !order[i]}) {
      Times& times = of_head ? sides.head : sides.base;
      auto done =
          RunSide(of_head ? options_.head : options_.base, only, warm_up ? nullptr : &times);
      if (!done) return tl::unexpected(done.error());
    }
  }
  return sides;
}

std::vector<Row> PairedRuns::Judge(const Sides& sides) const {
  std::vector<Row> rows;
  for (const auto& [name, base] : sides.base) {
    const auto head = sides.head.find(name);
    if (head == sides.head.end()) {
      rows.push_back({.verdict = GateVerdict::kInvalid,
                      .name = name,
                      .measure = base.unit,
                      .against = "base",
                      .note = "missing: removed or renamed"});
      continue;
    }
    const bool same = same_instructions.contains(name);
    rows.push_back(JudgePairs(name, base, head->second, same ? kLayoutTolerance : kTimeTolerance,
                              options_.seed));
    if (same) rows.back().note = "as many instructions as before";
  }
  for (const auto& [name, head] : sides.head) {
    if (sides.base.contains(name)) continue;
    rows.push_back({.verdict = GateVerdict::kInfo,
                    .name = name,
                    .measure = head.unit,
                    .against = "base",
                    .note = "new"});
  }
  return rows;
}

std::vector<std::string> NamesOf(const std::vector<Row>& rows, GateVerdict verdict) {
  std::vector<std::string> names;
  for (const Row& row : rows) {
    if (row.verdict == verdict) names.push_back(row.name);
  }
  return names;
}

Result<void> PairedRuns::DoubleWhereNoisy(Sides& first, std::vector<Row>& rows) {
  const std::vector<std::string> noisy = NamesOf(rows, GateVerdict::kInconclusive);
  if (noisy.empty() || options_.pairs >= kPairsAfterDoubling) return {};
  const std::size_t more = std::min(options_.pairs, kPairsAfterDoubling - options_.pairs);
  auto again = Round(more, noisy, ", of what was too noisy");
  if (!again) return tl::unexpected(again.error());
  for (const std::string& name : noisy) {
    const auto append = [&](Times& to, const Times& from) {
      const auto at = from.find(name);
      if (at == from.end()) return;
      to[name].samples.insert(to[name].samples.end(), at->second.samples.begin(),
                              at->second.samples.end());
    };
    append(first.base, again->base);
    append(first.head, again->head);
  }
  rows = Judge(first);
  return {};
}

Result<void> PairedRuns::ConfirmFailures(std::vector<Row>& rows) {
  const std::vector<std::string> failed = NamesOf(rows, GateVerdict::kFail);
  if (failed.empty()) return {};
  auto again = Round(options_.pairs, failed, ", to confirm what failed");
  if (!again) return tl::unexpected(again.error());
  for (Row& second : Judge(*again)) {
    const auto first = std::ranges::find(rows, second.name, &Row::name);
    if (first != rows.end()) *first = Confirmed(std::move(*first), std::move(second));
  }
  return {};
}

Result<std::set<std::string>> CompareExactly(const AbOptions& options, const StopAsked& stop,
                                             const Say& say, Comparison& comparison) {
  std::set<std::string> same;
  if (!options.exact) return same;
  say("instructions of " + options.base.name);
  const auto base = MeasureExactly(options.base.bin, options.base.arguments, stop);
  if (!base) return tl::unexpected(base.error());
  say("instructions of " + options.head.name);
  const auto head = MeasureExactly(options.head.bin, options.head.arguments, stop);
  if (!head) return tl::unexpected(head.error());
  comparison.environment = head->environment;
  CompareExact(*base, *head, Against::kBase, comparison);
  ExplainByFunctions(*base, *head, comparison);
  for (const Row& row : comparison.rows) {
    const bool unchanged = std::abs(row.head - row.base) <= kSameInstructions * row.base;
    if (row.measure == "instructions" && unchanged) same.insert(row.name);
  }
  for (const Row& row : comparison.rows) {
    if (row.measure != "instructions" && row.verdict == GateVerdict::kFail) same.erase(row.name);
  }
  return same;
}

// Those of either side: one that went or came is told of.
Result<std::vector<std::string>> PathsToTime(const AbOptions& options, const StopAsked& stop) {
  std::set<std::string> names;
  for (const AbSide& side : {options.base, options.head}) {
    const auto paths = TimedPaths(side.bin, stop);
    if (!paths) return tl::unexpected(paths.error());
    for (const std::string& path : *paths) {
      if (path.find(options.only) != std::string::npos) names.insert(path);
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<void> CompareTimes(const AbOptions& options, std::set<std::string> same_instructions,
                          const StopAsked& stop, const Say& say, Comparison& comparison) {
  const auto paths = PathsToTime(options, stop);
  if (!paths) return tl::unexpected(paths.error());
  if (paths->empty()) return {};  // exact metrics alone are called like that
  const auto identical =
      HaveSameCode(options.base.bin + "/hot_bench", options.head.bin + "/hot_bench", stop);
  if (!identical) return tl::unexpected(identical.error());
  if (*identical && options.base.arguments == options.head.arguments &&
      !options.even_if_identical) {
    comparison.same_programs = true;
    comparison.remarks.push_back(
        "times were not taken: both programs are the same, instruction for instruction");
    return {};
  }
  const MachineTime before = MachineTimeNow();
  PairedRuns runs(options, *paths, stop, say);
  runs.same_instructions = std::move(same_instructions);
  auto rows = runs.Measure();
  if (!rows) return tl::unexpected(rows.error());
  const MachineTime after = MachineTimeNow();
  comparison.pairs = options.pairs;
  comparison.steal_share =
      (after.stolen - before.stolen) / std::max(1.0, after.total - before.total);
  for (Row& row : *rows) {
    if (comparison.steal_share > kStealMax && row.verdict <= GateVerdict::kWarn &&
        row.verdict != GateVerdict::kInvalid) {
      row.verdict = GateVerdict::kInconclusive;
      row.note = "the hypervisor took too much of the machine meanwhile";
    }
    comparison.rows.push_back(std::move(row));
  }
  return {};
}

}  // namespace

std::vector<bool> OrderOfPairs(std::size_t pairs, std::uint64_t seed) {
  Rng rng = Rng(seed).Split("order of pairs");
  std::vector<bool> order;
  while (order.size() < pairs) {
    const bool head_first = rng.Below(2) == 1;  // ABBA or BAAB
    order.push_back(head_first);
    order.push_back(!head_first);
  }
  return order;
}

Row Confirmed(Row first, Row second) {
  if (second.verdict != GateVerdict::kFail) {
    second.note = Format("failed at first, ratio %.3f, and not again",
                         first.interval ? first.interval->ratio : 0.0);
    if (second.verdict > GateVerdict::kWarn) second.verdict = GateVerdict::kWarn;
  } else {
    second.note = Format("confirmed; ratio %.3f in the first round",
                         first.interval ? first.interval->ratio : 0.0);
  }
  second.rounds.push_back(std::move(first));
  return second;
}

Result<Comparison> CompareBuilds(const AbOptions& options, const StopAsked& stop, const Say& say) {
  Comparison comparison{.base = options.base.name, .head = options.head.name};
  auto same = CompareExactly(options, stop, say, comparison);
  if (!same) return tl::unexpected(same.error());
  if (options.times) {
    auto done = CompareTimes(options, *std::move(same), stop, say, comparison);
    if (!done) return tl::unexpected(done.error());
  }
  KeepOnly(options.only, comparison);
  return comparison;
}

}  // namespace ringlab
