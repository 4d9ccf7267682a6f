#include "loadgen/run/files.h"

#include <algorithm>
#include <string>

#include "node/live/file_limit.h"

namespace ringlab {

namespace {

constexpr std::uint64_t kFilesOfWorker = 4;  // of its event loop
constexpr std::uint64_t kPipesOfChild = 2;

}  // namespace

Result<void> RoomForRun(const LoadgenOptions& options) {
  const RunConfig& c = options.config;
  const bool has_targets = !options.targets.empty();
  const std::uint64_t nodes = has_targets ? options.targets.size() : options.cluster.nodes;
  const bool shared = options.cluster.engine.name == "grpc";  // by all workers
  const std::uint64_t connections =
      shared ? c.connections : std::max<std::uint64_t>(1, c.connections / c.workers) * c.workers;
  std::uint64_t files = nodes * connections + c.workers * kFilesOfWorker;
  if (!has_targets && !options.in_process) files += nodes * kPipesOfChild;
  // Both ends are ours then, the listeners, and what the nodes have among each other.
  if (options.in_process) files += nodes * connections + nodes + 2 * nodes * nodes;
  const auto counted = [](std::uint64_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
  };
  auto room = RoomForFiles(
      files, counted(nodes, "node") + " x " + counted(connections, "connection") + " each");
  if (room) return room;
  return Fail(room.error().code,
              (has_targets ? "--targets, --connections: " : "--nodes, --connections: ") +
                  room.error().message);
}

}  // namespace ringlab
