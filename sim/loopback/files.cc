#include "sim/loopback/files.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "node/live/descriptors.h"

namespace ringlab {

namespace {

// A listener, and both ends of one connection: the nodes share their links.
constexpr std::uint64_t kFilesOfNode = 3;

std::string NodesText(std::uint64_t nodes) {
  return std::to_string(nodes) + (nodes == 1 ? " node" : " nodes");
}

}  // namespace

Result<void> ReserveFiles(std::uint64_t nodes) {
  const std::uint64_t taken = OpenFiles() + kFilesInReserve;
  const std::uint64_t wanted = taken + nodes * kFilesOfNode;
  // Servers leave a part of the descriptors alone: where there are so many, it comes on top.
  const std::uint64_t ample = wanted + DescriptorsReserved(2 * wanted);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= ample) return {};
  const std::uint64_t hard = limit.rlim_max;
  limit.rlim_cur = std::min<rlim_t>(ample, limit.rlim_max);
  if (hard >= wanted && setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
  const std::uint64_t fit = hard > taken ? (hard - taken) / kFilesOfNode : 0;
  const std::string need = std::to_string(wanted);
  return Fail(Code::kResourceExhausted,
              NodesText(nodes) + (nodes == 1 ? " needs about " : " need about ") + need +
                  " open files, a listener and both ends of a connection each; this process may "
                  "open " +
                  std::to_string(hard) + ", enough for " +
                  (fit == 0 ? "none: raise the limit first"
                            : NodesText(fit) + ": start fewer, or raise the limit first") +
                  " " + HowToRaiseFileLimit(wanted));
}

}  // namespace ringlab
