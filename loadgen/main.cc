// loadgen: drives Zipf key traffic at an open-loop rate and says what it was like, honestly.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "loadgen/judge/verdict.h"
#include "loadgen/report/repeats_json.h"
#include "loadgen/report/report.h"
#include "loadgen/report/run_histograms.h"
#include "loadgen/report/search_json.h"
#include "loadgen/run/clock.h"
#include "loadgen/run/files.h"
#include "loadgen/run/options.h"
#include "loadgen/run/outcome.h"
#include "loadgen/run/repeat.h"
#include "loadgen/run/search_run.h"
#include "loadgen/run/session.h"
#include "loadgen/run/show.h"
#include "loadgen/run/write_plan.h"
#include "loadgen/shard/counts_json.h"
#include "node/live/file_limit.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/outputs.h"
#include "node/live/terminal.h"
#include "results/text/loadgen_text.h"
#include "results/text/text_format.h"

namespace ringlab {
namespace {

Result<std::unique_ptr<Cluster>> StartCluster(LoadgenOptions& options) {
  if (!options.targets.empty()) return UseTargets(options.targets);
  if (options.in_process) return StartInProcess(options.cluster);
  if (options.cluster.program.empty()) {
    std::error_code ignored;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    options.cluster.program = self.parent_path() / "cachenode";
  }
  return StartChildren(options.cluster);
}

// Unlike a node's, a run's database has to be there when it begins.
Result<std::uint64_t> ReadySource(const LoadgenOptions& options, StatusLine& status) {
  if (!options.targets.empty() && !options.fill) return 0;
  return PrepareSource(options.cluster.source, options.fill,
                       [&](std::uint64_t done, std::uint64_t all) {
                         status.Show("filling the source: " + std::to_string(done) + " of " +
                                     std::to_string(all) + " keys");
                       });
}

// `search` is null where there was none, as below.
int ExitCodeFor(const RunResult& result, const RateSearch* search) {
  const bool unconfirmed = search != nullptr && search->result().end == SearchEnd::kUnconfirmed;
  return unconfirmed && !result.was_cut_short() ? static_cast<int>(kExitInconclusive)
                                                : ExitCodeOf(result);
}

// `search` is null where there was none.
nlohmann::ordered_json JsonOf(const RunResult& result, const RateSearch* search) {
  nlohmann::ordered_json json = ToJson(result);
  if (search != nullptr) json["search"] = SearchJson(*search);
  json["histograms"] = HistogramsJson(result);
  if (result.shard) AddShardCounts(result, json);
  return json;
}

int Report(const CLI::App& app, const LoadgenOptions& options, const RunResult& result,
           const RateSearch* search, LiveFollower* follower, Outputs& outputs) {
  nlohmann::ordered_json json = JsonOf(result, search);
  if (follower != nullptr) follower->End(json);
  if (!options.quiet) outputs.Say(TextOfLoadgen(json));
  const auto& graph = result.flame_graph;
  for (const auto& [flag, file] : FilesOf(options)) {
    if (file.empty() || (flag == "--profile-cpu" && (!graph || !*graph))) continue;
    outputs.Write(flag, TextFor(flag, result, json));
  }
  const int exit = Ended(app, outputs, ExitCodeFor(result, search));
  return graph && !*graph ? UsageError(app, graph->error().message) : exit;
}

// The time of day and our own line run alike, but for when somebody sets the one (or the machine
// slept): then others may have begun at another moment than this one.
void TellSetClock(Duration start_at, TimePoint start, RunResult& result) {
  constexpr Duration kTold = std::chrono::milliseconds(1);  // reading the two takes less
  const Duration set = std::chrono::abs(SteadyAt(start_at) - start);
  if (set <= kTold) return;
  result.problems.push_back("the time of day was set by " + Time(static_cast<double>(set.count())) +
                            " meanwhile: others may have begun at another moment than " +
                            MomentText(start_at));
}

// The session stays: at the end of an interrupted run nobody waits for its workers.
Result<RunResult> RunOnce(const LoadgenOptions& options, Cluster& cluster,
                          const std::shared_ptr<const Ring>& ring, Interrupt& interrupt,
                          StatusLine& status, LiveFollower* follower,
                          std::unique_ptr<Session>& session) {
  auto opened = Session::Open(options, cluster, ring, follower);
  if (!opened) return tl::unexpected<Error>(std::move(opened.error()));
  session = *std::move(opened);
  if (const auto connected = session->Connect(); !connected) {
    return tl::unexpected<Error>(connected.error());
  }
  interrupt.EndsWith(nullptr);
  std::optional<TimePoint> start;
  if (options.config.start_at) start = SteadyAt(*options.config.start_at);
  ProgressLine line(status);
  RunResult result = session->Run(
      [&](const Progress& progress) {
        line.Show("", progress);
        return !interrupt.Requested();
      },
      start);
  if (start) TellSetClock(*options.config.start_at, *start, result);
  return result;
}

Result<RunResult> Search(const LoadgenOptions& options, Cluster& cluster,
                         const std::shared_ptr<const Ring>& ring, Interrupt& interrupt,
                         StatusLine& status, LiveFollower* follower,
                         std::optional<RateSearch>& search) {
  const SearchWatch watch{.follower = follower,
                          .begins = [&] { interrupt.EndsWith(nullptr); },
                          .goes_on =
                              [&](const std::string& probe, const Progress& progress) {
                                status.Show(probe + ": " + TextOf(progress));
                                return !interrupt.Requested();
                              },
                          .told = [&](const std::string& line) { status.Keep(line); }};
  auto searched = RunSearch(options, cluster, ring, watch);
  if (!searched) return tl::unexpected<Error>(std::move(searched.error()));
  search.emplace(std::move(searched->search));
  return std::move(searched->run);
}

// In the place of a run.
int WriteTrace(const CLI::App& app, const LoadgenOptions& options) {
  Interrupt interrupt;
  const auto written = WritePlan(options, [&] { return !interrupt.Requested(); });
  if (!written) {
    const int exit = UsageError(app, written.error().message);
    return written.error().code == Code::kCancelled ? static_cast<int>(kExitInconclusive) : exit;
  }
  if (!options.quiet) std::cout << *written;
  return kExitOk;
}

// Of several runs: the one in the middle, and what all of them say.
int ReportAll(const CLI::App& app, const LoadgenOptions& options, const Repeats& repeats,
              LiveFollower* follower, Outputs& outputs) {
  const std::vector<RunResult>& runs = repeats.runs;
  std::vector<nlohmann::ordered_json> results;
  for (const RunResult& run : runs) results.push_back(JsonOf(run, nullptr));
  const RunResult& middle = runs[RunInTheMiddle(results)];
  nlohmann::ordered_json json = WithRepeats(results);
  const bool is_whole =
      runs.size() == options.repeat && std::ranges::none_of(runs, &RunResult::was_cut_short);
  if (runs.size() < options.repeat) json["interrupted"] = true;
  if (!repeats.could_not_begin.empty()) {
    json["warnings"].push_back(repeats.could_not_begin);
    UsageError(app, repeats.could_not_begin);
  }
  if (follower != nullptr) follower->End(json);
  if (!options.quiet) outputs.Say(TextOfLoadgen(json));
  for (const auto& [flag, file] : FilesOf(options)) {
    if (!file.empty()) outputs.Write(flag, TextFor(flag, middle, json));
  }
  int exit = kExitInconclusive;
  for (const Verdict each : {Verdict::kValid, Verdict::kFailed, Verdict::kInvalid}) {
    if (is_whole && json["verdict"] == VerdictName(each)) exit = ExitCodeOf(each);
  }
  return Ended(app, outputs, exit);
}

// The runs of --repeat, from the first start of nodes on.
int RunAll(const CLI::App& app, LoadgenOptions& options, Interrupt& interrupt, StatusLine& status,
           LiveFollower* follower, Outputs& outputs) {
  ProgressLine line(status);
  const auto goes_on = [&](std::uint64_t run, const Progress& progress) {
    interrupt.EndsWith(nullptr);
    line.Show("run " + std::to_string(run) + " of " + std::to_string(options.repeat) + ": ",
              progress);
    return !interrupt.Requested();
  };
  const auto runs = RunRepeats(options, {.start = [&] { return StartCluster(options); },
                                         .goes_on = goes_on,
                                         .may_begin = [&] { return !interrupt.Requested(); },
                                         .follower = follower});
  interrupt.EndsWith(nullptr);
  status.Clear();
  if (!runs) return CannotRun(app, options, outputs, runs.error().message);
  return ReportAll(app, options, *runs, follower, outputs);
}

int Run(const CLI::App& app, LoadgenOptions& options) {
  Interrupt interrupt;
  Outputs outputs(FilesOf(options), [&] { return interrupt.Requested(); });
  std::string complaint = ComplaintAboutRows(app, options);
  if (complaint.empty()) complaint = outputs.Open(InputsOf(app, options));
  if (!complaint.empty()) return UsageError(app, complaint);
  // Whatever takes long until then, such as the filling of a table, need not hear of it.
  interrupt.EndsWith([&] {
    return CannotRun(app, options, outputs, "interrupted before anything was measured", true);
  });
  StatusLine status(!options.quiet);
  const auto cannot = [&](const std::string& why) {
    interrupt.EndsWith(nullptr);
    status.Clear();
    return CannotRun(app, options, outputs, why);
  };
  const auto room =
      RoomForRun(options.searches() ? AtRate(options, options.search.range.high) : options);
  if (!room) return cannot(room.error().message);
  const auto follower = StartShow(options, status);
  if (!follower) return cannot(follower.error().message);
  status.Show((options.targets.empty() ? "starting " : "connecting to ") + options.config.cluster);
  if (const auto ready = ReadySource(options, status); !ready) {
    return cannot("--source: " + ready.error().message);
  }
  if (options.repeat > 1) {
    return EndShow(app, follower->get(), interrupt, status,
                   RunAll(app, options, interrupt, status, follower->get(), outputs));
  }
  auto cluster = StartCluster(options);
  if (!cluster) return cannot(cluster.error().message);

  const auto ring = RingOf(options.cluster.ring, **cluster);
  if (!ring) return cannot(ring.error().message);

  std::unique_ptr<Session> session;
  std::optional<RateSearch> search;
  auto result =
      options.searches()
          ? Search(options, **cluster, *ring, interrupt, status, follower->get(), search)
          : RunOnce(options, **cluster, *ring, interrupt, status, follower->get(), session);
  if (!result) return cannot(result.error().message);
  status.Clear();
  result->command = options.command;
  if (result->shard) {
    result->shard->start_at = MomentText(*options.config.start_at);
    result->shard->skew_bound = ClockErrorMax();
  }
  std::vector<Threshold> bounds = options.search.bounds;
  bounds.insert(bounds.end(), options.thresholds.begin(), options.thresholds.end());
  Judge(bounds, *result);
  int exit = Report(app, options, *result, search ? &*search : nullptr, follower->get(), outputs);
  exit = EndShow(app, follower->get(), interrupt, status, exit);
  if (!result->interrupted) return exit;
  // Nobody waits for what is still under way in nodes.
  (*cluster)->EndSoon();
  std::_Exit(AfterStdout("loadgen", exit));
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Drives Zipf key traffic at an open-loop rate against cache nodes, and reports latency from\n"
      "each request's planned start, the balance of the hash ring, and a verdict.",
      "loadgen");
  LoadgenOptions options;
  AddLoadgenFlags(app, options);
  int exit = kExitOk;
  if (!ParseCommandLine(app, argc, argv, exit)) return exit;
  if (const std::string wrong = CompleteOptions(app, options); !wrong.empty()) {
    return UsageError(app, wrong);
  }
  options.command = CommandText("loadgen", argc, argv, options);
  return options.write_trace ? WriteTrace(app, options) : Run(app, options);
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  ringlab::KeepStandardFiles();
  ringlab::RaiseFileLimit();
  return ringlab::AfterStdout("loadgen", ringlab::Main(argc, argv));
}
