// loadgen-mpi: one plan sent by all ranks that mpirun started, against nodes that run, and the one
// result of it.
//
// Every rank is a shard of loadgen (--shard). Rank 0 says when they begin, collects their results
// and merges them, as `results merge` does with files.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "loadgen/mpi/rank_run.h"
#include "loadgen/plan/timetable.h"
#include "loadgen/ranks/agreement.h"
#include "loadgen/ranks/ranks.h"
#include "loadgen/run/outcome.h"
#include "loadgen/shard/merge.h"
#include "node/live/environment.h"
#include "node/live/file_limit.h"
#include "node/live/flags.h"
#include "node/live/interrupt.h"
#include "node/live/terminal.h"
#include "node/live/timer_thread.h"
#include "node/live/unix_time.h"
#include "results/text/loadgen_text.h"

namespace ringlab {
namespace {

using Json = nlohmann::ordered_json;

// For the others' results, once rank 0 has its own: all end at the same time. A launcher that ends
// all ranks, for somebody or because one has died, does not wait for so long.
constexpr Duration kPatience = std::chrono::seconds(15);
constexpr Duration kEndPatience = std::chrono::milliseconds(600);
// For rank 0, which may be late itself and then waits for the last of the others.
constexpr Duration kOthersPatience = 2 * kPatience;
// From the announcement to the start. Without a warm-up that is when the measurement begins, and
// the nodes' counts are read in the second before it: half a second is left for the announcement
// to reach all, and for a node that is slow to tell.
constexpr Duration kLead = Timetable::kReading + std::chrono::milliseconds(500);

// The flags that a rank has for itself: it is a shard, and starts no nodes.
std::string ComplaintAboutFlags(const CLI::App& app) {
  for (const char* flag : {"--shard", "--start-at"}) {
    if (app.count(flag) > 0) return std::string(flag) + ": expected none: the ranks are the shards";
  }
  if (app.count("--search") > 0) {
    return "--search: expected none: ranks send one plan, of one rate (--qps)";
  }
  if (app.count("--write-trace") > 0) return "--write-trace: expected none: loadgen writes plans";
  if (app.count("--abort-on") > 0) return "--abort-on: expected none: the other ranks would go on";
  for (const char* flag : {"--live", "--metrics", "--live-csv"}) {
    if (app.count(flag) > 0) return std::string(flag) + ": expected none: no rank sees the others";
  }
  if (app.count("--targets") + app.count("--etcd") > 0) return "";
  return "expected --targets or --etcd: ranks drive nodes that run, and start none";
}

std::string TextOf(const Progress& p, int ranks) {
  std::array<char, 200> text{};
  std::snprintf(
      text.data(), text.size(), "%s %3.0f/%.0f s  rank 0 of %d: %llu sent  %llu in flight",
      p.waiting || p.elapsed < Duration::zero() ? "waiting  "
      : p.warming_up                            ? "warm-up  "
                                                : "measuring",
      std::clamp(Seconds(p.elapsed), 0.0, Seconds(p.duration)), Seconds(p.duration), ranks,
      static_cast<unsigned long long>(p.totals.sent), static_cast<unsigned long long>(p.in_flight));
  return text.data();
}

class RankMain {
 public:
  RankMain(const CLI::App& app, LoadgenOptions& options, Ranks& ranks, Interrupt& interrupt)
      : app_(app),
        options_(options),
        ranks_(ranks),
        interrupt_(interrupt),
        outputs_(ranks.is_first() ? FilesOf(options) : NamedFiles{},
                 [&] { return interrupt.Requested(); }),
        status_(ranks.is_first() && !options.quiet),
        agreement_(ranks, [this](const std::string& why) { Refuse(why); }) {}

  // The exit code, the same on every rank.
  int Run() {
    if (const std::string wrong =
            outputs_.Open(ranks_.is_first() ? InputsOf(app_, options_) : NamedFiles{});
        !agreement_.AllAgree(wrong)) {
      return kExitUsage;
    }
    interrupt_.EndsWith([this] {
      return ranks_.is_first() ? CannotRun(app_, options_, outputs_,
                                           "interrupted before anything was measured", true)
                               : static_cast<int>(kExitInconclusive);
    });
    status_.Show("connecting to " + options_.config.cluster);
    auto run = PrepareRank(options_);
    if (!agreement_.AllAgree(run ? "" : run.error().message)) return kExitUsage;
    const bool alike = agreement_.AllHave("version", DescribeEnvironment()["version"]) &&
                       agreement_.AllHave("ring", RingText(*run)) &&
                       agreement_.AllHave("plan", PlanText(options_));
    if (!alike) return kExitUsage;
    clock_ = ranks_.MeasureClock();
    interrupt_.EndsWith(nullptr);
    RunResult result = Measure(*run->session);
    const int exit = ranks_.is_first() ? EndFirst(result) : EndOther(result);
    if (!result.interrupted) return exit;
    // Nobody waits for what is still under way in nodes.
    ranks_.Leave();
    std::_Exit(AfterStdout("loadgen-mpi", exit));
  }

 private:
  // Told by rank 0, for all.
  void Refuse(const std::string& why) {
    interrupt_.EndsWith(nullptr);
    status_.Clear();
    if (ranks_.is_first()) CannotRun(app_, options_, outputs_, why);
  }

  RunResult Measure(Session& session) {
    // Rank 0 announces the start on its own line of time.
    const TimePoint announced = TimerThread::SteadyNow() + kLead;
    const TimePoint start =
        TimePoint(Duration(ranks_.FromFirst(announced.time_since_epoch().count()))) + clock_.ahead;
    const Duration moment(
        ranks_.FromFirst(UnixNowNs() + (announced - TimerThread::SteadyNow()).count()));
    RunResult result = session.Run(
        [&](const Progress& progress) {
          status_.Show(TextOf(progress, ranks_.size()));
          return !ranks_.EndIsAsked(interrupt_.Requested());
        },
        start);
    status_.Clear();
    result.command = options_.command;
    result.shard->start_at = MomentText(moment);
    result.shard->skew_bound = clock_.bound;
    return result;
  }

  // Collective. What each clock may be wrong by: by then it may have gone away from the first
  // measurement by so much.
  std::vector<std::string> BoundsAfter() {
    const ClockOffset after = ranks_.MeasureClock();
    const Duration drift = std::chrono::abs(after.ahead - clock_.ahead);
    return ranks_.Everybodys(std::to_string((clock_.bound + drift).count()));
  }

  int EndOther(RunResult& result) {
    ranks_.Deliver(ShardText(options_, result), kOthersPatience);
    BoundsAfter();
    return static_cast<int>(ranks_.FromFirst(0));
  }

  int EndFirst(RunResult& result) {
    const auto texts = ranks_.Collect(ShardText(options_, result),
                                      interrupt_.Requested() ? kEndPatience : kPatience);
    std::string gone;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (!texts[i]) gone += (gone.empty() ? "" : ", ") + agreement_.NameOf(i);
    }
    if (!gone.empty()) {
      CannotRun(app_, options_, outputs_, gone + ": no result came, so it has died or hangs");
      std::fflush(nullptr);
      ranks_.Abandon(kExitInvalid);
    }
    ranks_.TellAllCame();
    const std::vector<std::string> bounds = BoundsAfter();
    std::vector<Json> results;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      results.push_back(Json::parse(*texts[i], nullptr, false));
      if (results.back().is_discarded()) {
        const std::string why =
            agreement_.NameOf(i) + ": its result is no JSON: it may have 2 GB or more";
        return static_cast<int>(ranks_.FromFirst(CannotRun(app_, options_, outputs_, why)));
      }
      results.back()["shard"]["skew_bound_ns"] = std::atoll(bounds[i].c_str());
    }
    return static_cast<int>(ranks_.FromFirst(Report(results, result.measured_from_s)));
  }

  int Report(const std::vector<Json>& results, double measured_from_s) {
    std::vector<NamedResult> named;
    for (std::size_t i = 0; i < results.size(); ++i)
      named.push_back({agreement_.NameOf(i), &results[i]});
    auto merged = MergeShards(named);
    if (!merged) return CannotRun(app_, options_, outputs_, merged.error().message);
    merged->run.measured_from_s = measured_from_s;
    merged->json["command"] = options_.command;
    if (!options_.quiet) outputs_.Say(TextOfLoadgen(merged->json));
    for (const auto& [flag, file] : FilesOf(options_)) {
      if (!file.empty()) outputs_.Write(flag, TextFor(flag, merged->run, merged->json));
    }
    return Ended(app_, outputs_, ExitCodeOf(merged->run));
  }

  const CLI::App& app_;
  LoadgenOptions& options_;
  Ranks& ranks_;
  Interrupt& interrupt_;
  Outputs outputs_;
  StatusLine status_;
  Agreement agreement_;
  ClockOffset clock_;
};

int Main(int argc, char** argv) {
  Interrupt interrupt;
  interrupt.EndsWith([] { return static_cast<int>(kExitInconclusive); });
  auto ranks = Ranks::Start("loadgen-mpi", &argc, &argv);
  CLI::App app(
      "Drives Zipf key traffic as loadgen does, from all ranks that mpirun starts: each sends its\n"
      "share of the one plan, and rank 0 reports the one result. Needs nodes that run.",
      "loadgen-mpi");
  LoadgenOptions options;
  AddLoadgenFlags(app, options);
  if (!ranks) return UsageError(app, ranks.error().message);
  if (static_cast<std::uint64_t>((*ranks)->size()) > kShardsMax) {
    if (!(*ranks)->is_first()) return kExitUsage;
    return UsageError(app, "expected " + std::to_string(kShardsMax) + " ranks at most, not " +
                               std::to_string((*ranks)->size()));
  }
  const auto ended =
      ParseTogether(**ranks, app, argc, argv, CommandText("loadgen-mpi", argc, argv, options));
  if (ended) return *ended;
  options.command = CommandText("loadgen-mpi", argc, argv, options);
  options.config.shard = {.index = static_cast<std::uint64_t>((*ranks)->index()),
                          .of = static_cast<std::uint64_t>((*ranks)->size())};
  std::string wrong = ComplaintAboutFlags(app);
  if (wrong.empty()) wrong = CompleteOptions(app, options);
  if (wrong.empty() && options.config.open_ended) {
    wrong = "--duration: \"forever\": expected a time after which all ranks are done";
  }
  if (IsRefused(**ranks, app, wrong)) return kExitUsage;
  return RankMain(app, options, **ranks, interrupt).Run();
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) {
  ringlab::KeepStandardFiles();
  ringlab::RaiseFileLimit();
  return ringlab::AfterStdout("loadgen-mpi", ringlab::Main(argc, argv));
}
