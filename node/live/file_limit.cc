#include "node/live/file_limit.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

namespace ringlab {

std::uint64_t OpenFiles() {
  std::error_code error;
  std::uint64_t files = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; at != end && !error;
       at.increment(error)) {
    ++files;
  }
  return files;
}

std::uint64_t RaiseFileLimit() {
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a write that fails, as on a full disk
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  const rlim_t soft = limit.rlim_cur;
  if (soft == limit.rlim_max) return soft;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : soft;
}

std::string HowToRaiseFileLimit(std::uint64_t files) {
  const std::string need = std::to_string(files);
  return "(ulimit -Hn " + need + " as root; LimitNOFILE= of a service; --ulimit nofile=" + need +
         " of a container)";
}

Result<void> RoomForFiles(std::uint64_t files, const std::string& what) {
  const std::uint64_t needed = OpenFiles() + files + kFilesInReserve;
  const std::uint64_t limit = RaiseFileLimit();
  if (needed <= limit) return {};
  return Fail(Code::kResourceExhausted,
              what + " need about " + std::to_string(needed) + " open files, of which " +
                  std::to_string(kFilesInReserve) +
                  " are kept for the report; this process may "
                  "open " +
                  std::to_string(limit) + ": use fewer, or raise the limit first " +
                  HowToRaiseFileLimit(needed));
}

}  // namespace ringlab
