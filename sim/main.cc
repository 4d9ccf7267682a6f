// sim: how unevenly a ring will spread keys and traffic, exactly and measured on real nodes.
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "loadgen/text_format.h"
#include "loadgen/verdict.h"
#include "node/environment.h"
#include "node/flags.h"
#include "node/interrupt.h"
#include "node/parallel.h"
#include "node/result_file.h"
#include "node/terminal.h"
#include "node/timer_thread.h"
#include "sim/options.h"
#include "sim/report.h"
#include "sim/report_loopback.h"
#include "sim/ring_timing.h"

namespace ringlab {
namespace {

using Json = nlohmann::ordered_json;

// One run of the tool: each part fills in the result, or says what is wrong.
class Run {
 public:
  explicit Run(SimOptions& options) : options_(options), status_(!options.quiet) {
    result_.started_at = UtcNow();
    result_.environment = DescribeEnvironment();
    result_.machine_cores = CoresOfThisProcess();
  }

  std::string Rings();
  std::string Sweep();
  std::string Loopback();
  int Report(const CLI::App& app);

 private:
  Json ConfigJson() const;
  std::string Text() const;
  bool Watch(const LoopbackProgress& progress);

  SimOptions& options_;
  Interrupt interrupt_;
  StatusLine status_;
  bool traffic_began_ = false;

  SimResult result_;
};

// Every ring that was asked for; of "all", those that these nodes can be put on.
std::string Run::Rings() {
  for (const std::string& dialect : options_.rings) {
    if (interrupt_.Requested()) break;
    if (options_.rings.size() > 1) status_.Show("ring " + dialect);
    RingReportOptions of_ring = options_.report;
    of_ring.ring.dialect = dialect;
    auto report = ReportRing(of_ring);
    if (!report) return report.error().message;
    report->timing = TimeRing(of_ring.ring, of_ring.nodes);
    result_.rings.push_back(*std::move(report));
  }
  status_.Clear();
  return "";
}

std::string Run::Sweep() {
  const RingReportOptions& r = options_.report;
  const auto cells = CellsOf(options_.sweep, {.ring = options_.rings.front(),
                                              .replicas = r.ring.replicas,
                                              .nodes = options_.nodes,
                                              .zipf_s = r.zipf_s,
                                              .names = options_.pattern});
  if (!cells) return "--sweep: " + cells.error().message;
  const std::uint64_t seeds = options_.sweep_seeds;
  std::vector<Result<SweepSample>> samples(cells->size() * seeds);
  const auto measure = [&](std::uint64_t job) {
    samples[job] = MeasureCell((*cells)[job / seeds], r.keys, r.seed + job % seeds);
  };
  const std::uint64_t done = RunInParallel(samples.size(), measure, [&](std::uint64_t measured) {
    status_.Show("sweep: " + Count(measured) + " of " + Count(samples.size()) + " rings");
    return !interrupt_.Requested();
  });
  status_.Clear();
  for (std::size_t cell = 0; cell < cells->size(); ++cell) {
    std::vector<SweepSample> of_cell;
    for (std::uint64_t job = cell * seeds; job < std::min((cell + 1) * seeds, done); ++job) {
      if (!samples[job]) return "--sweep: " + samples[job].error().message;
      of_cell.push_back(*samples[job]);
    }
    if (!of_cell.empty()) result_.sweep.push_back(Summarise((*cells)[cell], of_cell));
  }
  result_.interrupted = done < samples.size();
  return "";
}

bool Run::Watch(const LoopbackProgress& p) {
  const std::string all =
      options_.loopback.script.empty()  // a script says itself how long it lasts
          ? " of " + Count(options_.loopback.client.requests)
          : "";
  const std::string text = Format("traffic %.0f s  ", Seconds(p.elapsed)) + Count(p.totals.sent) +
                           all + " sent  " + Count(p.totals.ok) + " ok  " +
                           Count(p.totals.errors + p.totals.timeouts) + " failed";
  const bool begins = !std::exchange(traffic_began_, true);
  if (begins || !p.event.empty()) {
    status_.Milestone((p.event.empty() ? "" : p.event + ": ") + text);
  } else {
    status_.Show(text);
  }
  return !interrupt_.Requested();
}

std::string Run::Loopback() {
  const std::uint64_t nodes = options_.report.nodes.size();
  if (const auto files = ReserveFiles(nodes); !files) return files.error().message;
  LoopbackOptions options{.nodes = options_.report.nodes,
                          .ring = options_.report.ring,
                          .group_bytes = options_.group_bytes,
                          .source = options_.source,
                          .seed = options_.report.seed};
  options.ring.dialect = options_.rings.front();
  const TimePoint start = TimerThread::SteadyNow();
  auto cluster = LoopbackCluster::Start(options, [&](std::uint64_t started) {
    status_.Show("starting nodes: " + Count(started) + " of " + Count(nodes));
    return !interrupt_.Requested();
  });
  if (!cluster) return cluster.error().message;
  const Duration start_took = TimerThread::SteadyNow() - start;
  auto run = RunLoopback(**cluster, options_.loopback,
                         [&](const LoopbackProgress& progress) { return Watch(progress); });
  const TimePoint stop = TimerThread::SteadyNow();
  (*cluster)->Stop();
  status_.Clear();
  if (!run) return run.error().message;
  run->nodes_at_start = nodes;
  run->start_took = start_took;
  run->stop_took = TimerThread::SteadyNow() - stop;
  result_.loopback = *std::move(run);
  return "";
}

Json Run::ConfigJson() const {
  const RingReportOptions& r = options_.report;
  Json json{{"seed", r.seed},
            {"nodes", r.nodes.size()},
            {"replicas", r.ring.replicas},
            {"rings", options_.rings},
            {"zipf_s", r.zipf_s},
            {"keys", r.keys},
            {"target_peak", r.target_peak}};
  if (options_.names) json["names"] = *options_.names;
  if (!options_.names) json["name_pattern"] = options_.pattern;
  if (!options_.weights.empty()) json["weights"] = options_.weights;
  if (!result_.loopback) return json;
  const LoopbackPlan& plan = options_.loopback;
  if (plan.script.empty()) json["requests"] = plan.client.requests;
  if (plan.qps > 0) json["requested_qps"] = plan.qps;
  if (plan.qps == 0) json["concurrency"] = plan.client.concurrency;
  json["source"] = options_.source_text;
  json["group_bytes"] = options_.group_bytes;
  if (!options_.script.empty()) json["script"] = options_.script;
  return json;
}

std::string Run::Text() const {
  if (!result_.sweep.empty()) return SweepText(result_.sweep);
  if (result_.rings.empty()) return "interrupted before anything was measured\n";
  const bool several = result_.rings.size() > 1;
  std::string text;
  for (const RingReport& report : result_.rings) {
    text += FiguresText(report) + '\n';
    if (several) text += VerdictText(report) + '\n';
  }
  if (result_.loopback) text += ToText(options_.rings.front(), *result_.loopback) + '\n';
  return text + (several ? CompareText(result_.rings) : VerdictText(result_.rings.front()));
}

int Run::Report(const CLI::App& app) {
  JudgeRun(options_.thresholds, result_);
  const bool stdout_is_taken = options_.json_file == "-" || options_.csv_file == "-";
  if (!options_.quiet) (stdout_is_taken ? std::cerr : std::cout) << Text() << VerdictText(result_);
  std::cout << std::flush;
  if (!options_.json_file.empty() &&
      !WriteJson(options_.json_file, ToJson(ConfigJson(), result_))) {
    return UsageError(app, "--json: \"" + options_.json_file + "\": cannot be written");
  }
  if (!options_.csv_file.empty() && !WriteText(options_.csv_file, SweepCsv(result_.sweep))) {
    return UsageError(app, "--csv: \"" + options_.csv_file + "\": cannot be written");
  }
  switch (result_.verdict) {
    case Verdict::kValid: return kExitOk;
    case Verdict::kFailed: return kExitFailed;
    case Verdict::kInvalid: return kExitInvalid;
  }
  return kExitInvalid;
}

int RunTool(const CLI::App& app, SimOptions& options) {
  for (const auto& [flag, file] :
       {std::pair("--json", options.json_file), {"--csv", options.csv_file}}) {
    const std::string complaint = ComplaintAboutFile(flag, file);
    if (!complaint.empty()) return UsageError(app, complaint);
  }
  Run run(options);
  std::string wrong = options.sweep_texts.empty() ? run.Rings() : run.Sweep();
  if (wrong.empty() && options.sweep_texts.empty() && !options.ring_only) wrong = run.Loopback();
  if (!wrong.empty()) return UsageError(app, wrong);
  return run.Report(app);
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Says how unevenly a ring will spread keys and traffic over nodes, and why: the exact "
      "shares\n"
      "beside what chance gives, and the shares that real nodes measure over loopback gRPC.",
      "sim");
  SimOptions options;
  AddSimFlags(app, options);
  int exit = kExitOk;
  if (!ParseCommandLine(app, argc, argv, exit)) return exit;
  if (const std::string wrong = CompleteOptions(options); !wrong.empty()) {
    return UsageError(app, wrong);
  }
  return RunTool(app, options);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
