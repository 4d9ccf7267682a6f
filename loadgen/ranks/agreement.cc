#include "loadgen/ranks/agreement.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <utility>

#include "node/live/environment.h"
#include "node/live/flags.h"

namespace ringlab {

namespace {

constexpr std::int64_t kGoesOn = -1;  // in the place of an exit code

}  // namespace

std::optional<int> ParseTogether(Ranks& ranks, CLI::App& app, int argc, char** argv,
                                 const std::string& command) {
  const std::vector<std::string> commands = ranks.Everybodys(command);
  for (std::size_t i = 1; i < commands.size(); ++i) {
    if (commands[i] == commands[0]) continue;
    if (!ranks.is_first()) return kExitUsage;
    return UsageError(app, "rank " + std::to_string(i) + " was started with other flags (" +
                               commands[i] + ") than rank 0 (" + commands[0] + ")");
  }
  // Rank 0 tells what is wrong with them, once.
  int exit = kExitOk;
  const bool goes_on = ranks.is_first() ? ParseCommandLine(app, argc, argv, exit) : true;
  const std::int64_t told = ranks.FromFirst(goes_on ? kGoesOn : exit);
  if (told != kGoesOn) return static_cast<int>(told);
  if (!ranks.is_first() && !ParseCommandLine(app, argc, argv, exit)) {
    // Its own file of flags is another, or not there.
    std::fprintf(stderr, "%s: so says rank %d of %d on %s\n", ranks.tool().c_str(), ranks.index(),
                 ranks.size(), HostName().c_str());
    ranks.Abandon(exit);
  }
  return std::nullopt;
}

bool IsRefused(const Ranks& ranks, const CLI::App& app, const std::string& complaint) {
  const std::vector<std::string> complaints = ranks.Everybodys(complaint);
  const auto first =
      std::ranges::find_if(complaints, [](const auto& text) { return !text.empty(); });
  if (first == complaints.end()) return false;
  const auto rank = first - complaints.begin();
  if (ranks.is_first()) {
    UsageError(app, (rank == 0 ? "" : "rank " + std::to_string(rank) + ": ") + *first);
  }
  return true;
}

Agreement::Agreement(const Ranks& ranks, std::function<void(const std::string& why)> refuse)
    : ranks_(ranks), refuse_(std::move(refuse)), hosts_(ranks.Everybodys(HostName())) {}

std::string Agreement::NameOf(std::size_t rank) const {
  return "rank " + std::to_string(rank) + " of " + std::to_string(ranks_.size()) + " on " +
         hosts_[rank];
}

bool Agreement::AllAgree(const std::string& complaint) const {
  const std::vector<std::string> all = ranks_.Everybodys(complaint);
  const auto first = std::ranges::find_if(all, [](const auto& text) { return !text.empty(); });
  if (first == all.end()) return true;
  refuse_(NameOf(static_cast<std::size_t>(first - all.begin())) + ": " + *first);
  return false;
}

bool Agreement::AllHave(const std::string& what, const std::string& own) const {
  const std::vector<std::string> all = ranks_.Everybodys(own);
  const auto other = std::ranges::find_if(all, [&](const auto& text) { return text != all[0]; });
  if (other == all.end()) return true;
  refuse_(NameOf(static_cast<std::size_t>(other - all.begin())) + " has another " + what + ", " +
          *other + ", than rank 0, " + all[0] + ": expected the same of all ranks");
  return false;
}

}  // namespace ringlab
