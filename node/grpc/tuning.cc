#include "node/grpc/tuning.h"

#include <absl/synchronization/mutex.h>

namespace ringlab {

void TuneGrpc() {
  // Debian builds abseil with its assertions on, and then every lock inside gRPC is entered into a
  // graph that looks for deadlocks. That is a debugging aid, and takes a tenth of a node's time.
  static const bool once = [] {
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    return true;
  }();
  (void)once;
}

}  // namespace ringlab
