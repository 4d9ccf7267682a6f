#include "loadgen/run/show.h"

#include <utility>

#include "loadgen/run/outcome.h"
#include "node/live/flags.h"
#include "node/live/outputs.h"

namespace ringlab {

Result<std::unique_ptr<LiveFollower>> StartShow(const CLI::App& app,
                                                const LoadgenOptions& options) {
  if (!options.live.any()) return std::unique_ptr<LiveFollower>();
  NamedFiles inputs = InputsOf(app, options);
  std::erase_if(inputs, [](const auto& file) { return file.first == "--live-csv"; });
  Outputs rows({{"--live-csv", options.live.csv}});
  if (const std::string complaint = rows.Open(inputs); !complaint.empty()) {
    return Fail(Code::kInvalidArgument, complaint);
  }
  return LiveFollower::Start(options.live);
}

int EndShow(const CLI::App& app, LiveFollower* follower, const Interrupt& interrupt, int exit) {
  if (follower == nullptr) return exit;
  follower->AwaitReaders([&] { return interrupt.Requested(); });
  const std::string failure = follower->failure();
  return failure.empty() ? exit : UsageError(app, "--live-csv: " + failure);
}

}  // namespace ringlab
