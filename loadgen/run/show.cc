#include "loadgen/run/show.h"

#include <utility>

#include "loadgen/run/outcome.h"
#include "node/live/flags.h"
#include "node/live/outputs.h"

namespace ringlab {

std::string ComplaintAboutRows(const CLI::App& app, const LoadgenOptions& options) {
  if (options.live.csv.empty()) return "";
  NamedFiles files = FilesOf(options);
  files.emplace_back("--live-csv", options.live.csv);
  return Outputs(files).Open(InputsOf(app, options));
}

Result<std::unique_ptr<LiveFollower>> StartShow(const LoadgenOptions& options) {
  if (!options.live.any()) return std::unique_ptr<LiveFollower>();
  return LiveFollower::Start(options.live);
}

int EndShow(const CLI::App& app, LiveFollower* follower, const Interrupt& interrupt,
            StatusLine& status, int exit) {
  if (follower == nullptr) return exit;
  if (follower->IsAwaited()) status.Milestone("waiting for who follows the run; Ctrl-C ends that");
  follower->AwaitReaders([&] { return interrupt.Requested(); });
  status.Clear();
  const std::string failure = follower->failure();
  return failure.empty() ? exit : UsageError(app, "--live-csv: " + failure);
}

}  // namespace ringlab
