// What loadgen, its nodes and the rest of the machine used while a session measured.
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "loadgen/run/session.h"

namespace ringlab {

namespace {

MachineTicks TicksOfMachine() {
  std::ifstream stat("/proc/stat");
  std::string first;
  std::getline(stat, first);
  return ParseMachineTicks(first);
}

}  // namespace

Session::Usage Session::ReadUsage() const {
  Usage usage{.at = TimerThread::SteadyNow(),
              .machine = CpuTimesOfMachine(),
              .ticks = TicksOfMachine(),
              .client = UsageOfThisProcess()};
  for (const auto& worker : workers_) {
    usage.senders.push_back(worker->cpu_time());
    if (const auto turn = worker->TakeLongestTurn()) {
      usage.longest_turn = std::max(usage.longest_turn.value_or(Duration::zero()), *turn);
    }
  }
  return usage;
}

// After FillNodes. Of a stretch in which nothing was measured there is the memory alone.
void Session::FillUsage(const Usage& before, const Usage& after, bool measured,
                        RunResult& run) const {
  run.client_resident_bytes = after.client.resident_bytes;
  const double took = Seconds(after.at - before.at);
  if (!measured || took <= 0) return;
  run.steal_share = StealShare(before.machine, after.machine);
  run.client_cpu_cores = Seconds(after.client.cpu - before.client.cpu) / took;
  for (std::size_t i = 0; i < after.senders.size(); ++i) {
    run.sender_cpu_share =
        std::max(run.sender_cpu_share, Seconds(after.senders[i] - before.senders[i]) / took);
  }
  run.longest_turn = after.longest_turn;
  const auto ours = CpuOfOurs(run, after.at - before.at);
  if (!ours) return;
  run.machine_load = LoadBetween(before.ticks, after.ticks, *ours,
                                 static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)));
}

// The CPU time of loadgen and of the nodes that it started; absent when one of them is gone.
std::optional<Duration> Session::CpuOfOurs(const RunResult& run, Duration took) const {
  double cores = run.client_cpu_cores;
  const bool has_children = options_.targets.empty() && cluster_.separate();
  for (const NodeResult& node : run.nodes) {
    if (!has_children) break;
    if (!node.cpu_cores) return std::nullopt;
    cores += *node.cpu_cores;
  }
  return std::chrono::duration_cast<Duration>(cores * took);
}

}  // namespace ringlab
