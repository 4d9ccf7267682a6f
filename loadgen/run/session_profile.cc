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

// The nodes' names stand at the foot of the graph. Ended early, it shows what was seen until then.
void Session::EndProfile(RunResult& run) {
  if (!profile_) return;
  run.flame_graph = std::exchange(profile_, nullptr)->End("CPU time of the nodes");
}

}  // namespace ringlab
