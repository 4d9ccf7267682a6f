// A flame graph of the nodes while a session measures.
#include <unistd.h>

#include <map>
#include <utility>

#include "loadgen/run/cpu_profile.h"
#include "loadgen/run/session.h"

namespace ringlab {

void Session::BeginProfile(const AllStats& stats, RunResult& run) {
  if (options_.profile_cpu_file.empty()) return;
  std::map<int, std::string> processes;
  if (!cluster_.separate()) processes[getpid()] = "loadgen and its nodes";
  for (std::size_t i = 0; cluster_.separate() && i < stats.size(); ++i) {
    if (stats[i]) processes[static_cast<int>(stats[i]->process.pid)] = cluster_.peers()[i].name;
  }
  auto profile = CpuProfile::Begin(processes);
  if (profile) {
    profile_ = *std::move(profile);
  } else {
    run.flame_graph = tl::unexpected<Error>(profile.error());
  }
}

// At once, so that the profile is of the measured stretch alone.
void Session::EndProfile() {
  if (profile_) profile_->Stop();
}

// Last of all, because it may take long: no node waits for it, and nothing is measured any more.
// Who ended the run waits for a moment alone. The nodes' names stand at the foot of the graph.
void Session::DrawProfile(RunResult& run) {
  if (run.measured.totals.sent == 0) profile_.reset();  // there is nothing to see
  if (!profile_) return;
  constexpr Duration kPatience = std::chrono::seconds(30);
  constexpr Duration kPatienceAtEnd = std::chrono::milliseconds(500);
  const bool hurries = run.interrupted && run.aborted.empty();
  run.flame_graph = std::exchange(profile_, nullptr)
                        ->Draw("CPU time of the nodes", hurries ? kPatienceAtEnd : kPatience);
}

}  // namespace ringlab
