#include "node/live/process_usage.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <fstream>

namespace ringlab {

namespace {

Duration Of(const timeval& t) {
  return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
}

}  // namespace

ProcessUsage UsageOfThisProcess() {
  ProcessUsage usage;
  usage.pid = static_cast<std::uint64_t>(getpid());
  rusage self{};
  if (getrusage(RUSAGE_SELF, &self) == 0) usage.cpu = Of(self.ru_utime) + Of(self.ru_stime);
  std::ifstream statm("/proc/self/statm");  // sizes in pages: total, resident, …
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (statm >> total >> resident) {
    usage.resident_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return usage;
}

Duration CpuOfThisThread() {
  timespec used{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace ringlab
