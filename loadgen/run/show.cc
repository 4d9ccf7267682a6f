#include "loadgen/run/show.h"

#include <iostream>
#include <utility>

#include "loadgen/run/outcome.h"
#include "node/live/flags.h"
#include "node/live/outputs.h"

namespace ringlab {

std::string ComplaintAboutRows(const CLI::App& app, const LoadgenOptions& options) {
  if (options.live.csv.empty()) return "";
  NamedFiles files = FilesOf(options);
  files.emplace_back("--live-csv", options.live.csv);
  if (std::string wrong = Outputs(files).Open(InputsOf(app, options)); !wrong.empty()) return wrong;
  Outputs rows({{"--live-csv", options.live.csv}});
  if (!rows.Open().empty() || !rows.take_stdout() || options.quiet) return "";
  return "--live-csv: \"" + options.live.csv +
         "\" is stdout: expected --quiet with it, or the report would stand among the rows";
}

Result<std::unique_ptr<LiveFollower>> StartShow(const LoadgenOptions& options, StatusLine& status) {
  if (!options.live.any()) return std::unique_ptr<LiveFollower>();
  auto follower = LiveFollower::Start(options.live);
  if (!follower) return follower;
  for (const LiveAddress& address : (*follower)->addresses()) {
    if (!options.quiet) status.Keep(address.text);
    if (options.quiet && address.is_news) std::cerr << address.text << std::endl;
  }
  return follower;
}

int EndShow(const CLI::App& app, LiveFollower* follower, const Interrupt& interrupt,
            StatusLine& status, int exit) {
  if (follower == nullptr) return exit;
  if (interrupt.Requested()) {
    follower->LetLeave();
  } else if (follower->IsAwaited()) {
    status.Milestone("waiting for who follows the run; Ctrl-C ends that");
    follower->AwaitReaders([&] { return interrupt.Requested(); });
  }
  status.Clear();
  const std::string failure = follower->failure();
  return failure.empty() ? exit : UsageError(app, "--live-csv: " + failure);
}

}  // namespace ringlab
