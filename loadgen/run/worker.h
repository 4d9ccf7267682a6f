// Worker: a sending thread of loadgen, and its way to the nodes.
//
// On h2 a worker is one event loop with connections of its own: it sends, receives and keeps its
// books on one thread, so that nothing waits for another. On grpc++ it is a thread that sends, and
// all workers share gRPC's channels and threads for the answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "node/engines/engines.h"
#include "node/wire/wire_transport.h"

namespace ringlab {

struct WorkerOptions {
  std::uint64_t workers = 1;
  std::uint64_t connections = 1;  // to each node, of all workers together; at least one each
  EngineSpec engine = {};
  Security security = {};
};

class Worker {
 public:
  virtual ~Worker() = default;

  virtual Scheduler& scheduler() = 0;
  virtual WireTransport& transport() = 0;

  virtual Duration cpu_time() const = 0;  // of its thread

  // The longest time since the last call in which it looked neither at the clock nor at its
  // sockets: so late it may have been. Absent for a thread without sockets.
  virtual std::optional<Duration> TakeLongestTurn() = 0;

  // Ends the transport's calls, then the thread, and drops what is pending there. Nothing of either
  // is used afterwards. Idempotent.
  virtual void Stop() = 0;
};

// kResourceExhausted when the system gives no threads, kInvalidArgument for certificates.
Result<std::vector<std::unique_ptr<Worker>>> MakeWorkers(const WorkerOptions& options);

}  // namespace ringlab
