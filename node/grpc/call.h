// One call over grpc++, and all that are under way over some links.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include "node/wire/links.h"

namespace ringlab {

class GrpcCall;

// The calls under way, so that the end of the links can cancel and await them. Thread-safe.
class GrpcCalls {
 public:
  // False when stopped: the call must not start.
  bool Enter(GrpcCall* call);

  // The end of a call comes in two steps: from the first on it is not cancelled any more, so that
  // it can be freed; at the second nothing of it is left, neither its callback nor its hold on a
  // channel.
  void Retire(GrpcCall* call);
  void Leave();

  // Returns when the last one has left; no call starts from now on. Not from a callback.
  void CancelAll();

 private:
  std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable idle_;
  std::set<GrpcCall*> under_way_;
  std::size_t leaving_ = 0;  // retired, not yet left
  bool stopped_ = false;
};

// `done` runs once, on a thread of gRPC's or at once. `calls` outlives the call.
void StartGrpcCall(GrpcCalls& calls, grpc::GenericStub& stub, OutgoingCall call,
                   const std::string& authorization, BytesCallback done);

}  // namespace ringlab
