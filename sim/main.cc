// sim: how unevenly a ring will spread keys and traffic, exactly and measured on real nodes.
#include <CLI/CLI.hpp>
#include <chrono>
#include <utility>

#include "core/base/sync.h"
#include "node/live/file_limit.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/outputs.h"
#include "node/live/shell_command.h"
#include "node/live/terminal.h"
#include "node/live/timer_thread.h"
#include "results/text/text_format.h"
#include "sim/loopback/files.h"
#include "sim/loopback/report.h"
#include "sim/loopback/virtual_ground.h"
#include "sim/report/curves.h"
#include "sim/report/report.h"
#include "sim/run/job_run.h"
#include "sim/run/local_jobs.h"
#include "sim/run/mrc_run.h"
#include "sim/run/options.h"
#include "sim/run/outcome.h"
#include "sim/run/ring_timing.h"

namespace ringlab {
namespace {

// One run of the tool: each part fills in the result, or says what is wrong.
class Run {
 public:
  Run(const CLI::App& app, SimOptions& options)
      : app_(app),
        options_(options),
        outputs_(FilesOf(options), [this] { return interrupt_.Requested(); }),
        status_(!options.quiet),
        result_(BeginSimResult()) {}

  // First: what is wrong with the files that it shall write, or "".
  std::string Open() { return outputs_.Open(InputsOf(app_, options_)); }

  // Each may be interrupted, and then leaves what it measured.
  std::string Rings();
  std::string Curves();
  std::string Loopback();
  std::string Jobs();
  int Report();

 private:
  std::string Text() const;
  std::string InterruptedText() const;
  bool IsInterrupted();
  bool Watch(const LoopbackProgress& progress);
  int ReportInPlaceOfMain();

  const CLI::App& app_;
  SimOptions& options_;
  Interrupt interrupt_;
  Outputs outputs_;
  StatusLine status_;
  bool traffic_began_ = false;
  JobRun jobs_;

  Mutex mutex_;  // of result_, while a signal may end the tool from another thread
  SimResult result_;
};

// What one ring takes cannot be interrupted: after a moment the others are reported without it.
int Run::ReportInPlaceOfMain() {
  MutexLock lock(mutex_);
  result_.interrupted = true;
  return Report();
}

// Every ring that was asked for; of "all", those that these nodes can be put on.
std::string Run::Rings() {
  constexpr std::chrono::milliseconds kGrace(500);
  interrupt_.EndsWith([this] { return ReportInPlaceOfMain(); }, kGrace);
  for (const std::string& dialect : options_.rings) {
    if (IsInterrupted()) break;
    if (options_.rings.size() > 1) status_.Milestone("ring " + dialect);
    RingReportOptions of_ring = options_.report;
    of_ring.ring.dialect = dialect;
    auto report = ReportRing(of_ring);
    if (report) {
      report->timing = TimeRing(of_ring.ring, of_ring.nodes);
      MutexLock lock(mutex_);
      result_.rings.push_back(*std::move(report));
      continue;
    }
    const std::string wrong = FlagToBlame(of_ring, report.error()) + report.error().message;
    if (!options_.all_rings) {
      interrupt_.EndsWith(nullptr);
      return wrong;
    }
    MutexLock lock(mutex_);
    result_.left_out.push_back({dialect, wrong});
    status_.Milestone("left out " + dialect + ": " + wrong);
  }
  interrupt_.EndsWith(nullptr);
  status_.Clear();
  if (result_.rings.empty() && !result_.interrupted) {
    return "--ring: none of them can be put on these nodes; " + result_.left_out.front().why;
  }
  IsInterrupted();
  return "";
}

// A sweep, a swarm or a map.
std::string Run::Jobs() {
  LocalJobs runner;
  const auto run = RunJobs(
      options_, runner,
      [this](const std::string& progress) {
        status_.Show(progress);
        return !interrupt_.Requested();
      },
      result_);
  status_.Clear();
  if (!run) return run.error().message;
  jobs_ = *run;
  return "";
}

std::string Run::Curves() {
  auto curves = MeasureCurves(options_.mrc.curves, [this](const std::string& line) {
    status_.Show(line);
    return !IsInterrupted();
  });
  status_.Clear();
  if (!curves) return "--mrc: " + curves.error().message;
  result_.curves = *std::move(curves);
  return "";
}

bool Run::Watch(const LoopbackProgress& p) {
  const std::string all =
      // Scripts and profiles say themselves how long they last.
      options_.loopback.script.empty() && !options_.loopback.profile
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
  return !IsInterrupted();
}

bool Run::IsInterrupted() {
  MutexLock lock(mutex_);
  result_.interrupted = result_.interrupted || interrupt_.Requested();
  return result_.interrupted;
}

std::string Run::Loopback() {
  if (result_.interrupted) return "";
  const std::uint64_t nodes = options_.report.nodes.size();
  const bool is_virtual = options_.in_virtual_time.asked;
  if (!is_virtual) {
    if (const auto files = ReserveFiles(nodes); !files) {
      return "--nodes: " + files.error().message;
    }
  }
  LoopbackOptions options{.nodes = options_.report.nodes,
                          .ring = options_.report.ring,
                          .group_bytes = options_.group_bytes,
                          .source = options_.source,
                          .seed = options_.report.seed,
                          .handover = options_.handover,
                          .engine = options_.engine};
  options.ring.dialect = result_.rings.front().ring.dialect;
  const TimePoint start = TimerThread::SteadyNow();
  const auto progress = [&](std::uint64_t started) {
    const std::string text = "nodes started: " + Count(started) + " of " + Count(nodes);
    started == nodes ? status_.Milestone(text) : status_.Show(text);
    return !IsInterrupted();
  };
  std::optional<VirtualGround> ground;
  if (is_virtual) ground.emplace(options.seed, options_.in_virtual_time.law);
  auto cluster = is_virtual ? LoopbackCluster::Start(options, *ground, progress)
                            : LoopbackCluster::Start(options, progress);
  if (!cluster) return result_.interrupted ? "" : cluster.error().message;
  const Duration start_took = TimerThread::SteadyNow() - start;
  auto run = RunLoopback(**cluster, options_.loopback,
                         [&](const LoopbackProgress& now) { return Watch(now); });
  const TimePoint stop = TimerThread::SteadyNow();
  (*cluster)->Stop();
  status_.Clear();
  if (!run) return run.error().message;
  run->nodes_at_start = nodes;
  run->start_took = start_took;
  run->stop_took = TimerThread::SteadyNow() - stop;
  if (ground) run->in_virtual_time = {ground->time().events(), ground->time().hash()};
  result_.loopback = *std::move(run);
  return "";
}

std::string Run::Text() const {
  if (!jobs_.text.empty()) return jobs_.text;
  if (result_.curves) return CurvesText(*result_.curves);
  if (result_.rings.empty()) return "";
  const bool several = result_.rings.size() > 1;
  std::string text;
  for (const RingReport& report : result_.rings) {
    text += FiguresText(report) + '\n';
    if (several) text += VerdictText(report) + '\n';
  }
  if (result_.loopback)
    text += ToText(result_.rings.front().ring.dialect, *result_.loopback) + '\n';
  return text + (several ? CompareText(result_.rings) : VerdictText(result_.rings.front()));
}

// What an early end left out.
std::string Run::InterruptedText() const {
  if (!result_.interrupted) return "";
  if (AsksForJobs(options_)) return jobs_.left_out;
  if (result_.curves) return "\ninterrupted: curves that were not finished are left out\n";
  std::string text = "\ninterrupted: " + Count(result_.rings.size()) + " of " +
                     Plural(options_.rings.size(), "ring") + " reported";
  if (!options_.ring_only) {
    text += result_.loopback ? ", traffic ended early" : ", no traffic sent";
  }
  return text + '\n';
}

int Run::Report() {
  return ReportRun(app_, options_, Text(), InterruptedText(), result_, outputs_);
}

int RunTool(const CLI::App& app, SimOptions& options) {
  Run run(app, options);
  if (const std::string wrong = run.Open(); !wrong.empty()) return UsageError(app, wrong);
  const bool curves = !options.mrc.source.empty();
  const bool jobs = AsksForJobs(options);
  std::string wrong = jobs ? run.Jobs() : curves ? run.Curves() : run.Rings();
  if (wrong.empty() && !jobs && !curves && !options.ring_only) wrong = run.Loopback();
  if (!wrong.empty()) return UsageError(app, wrong);
  return run.Report();
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
  if (const std::string wrong = CompleteOptions(app, options); !wrong.empty()) {
    return UsageError(app, wrong);
  }
  options.command = ShellCommand("sim", argc, argv);
  return RunTool(app, options);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  ringlab::KeepStandardFiles();
  ringlab::RaiseFileLimit();
  return ringlab::AfterStdout("sim", ringlab::Main(argc, argv));
}
