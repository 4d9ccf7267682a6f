// EtcdCalls: gRPC calls to one etcd that are under way, of one answer or streams, so that they can
// be cancelled and awaited.
//
// Thread-safe. What a call tells, it tells on the scheduler that it was given ("home"), each end
// once; a scheduler that has ended drops it.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/base/scheduler.h"
#include "node/etcd/client.h"

namespace ringlab {

// Of one call: to whom, and what goes along.
struct EtcdCallOptions {
  grpc::GenericStub& stub;
  std::string_view path;  // with static storage
  std::string token;      // "" for none
};

// A stream that is open: messages can be sent until it is closed, and come until it ends.
class EtcdByteStream : public EtcdStream {
 public:
  virtual void Send(std::string bytes) = 0;

  // Neither messages nor the end are told any more.
  virtual void Close() = 0;
};

class EtcdCalls {
 public:
  explicit EtcdCalls(Scheduler& home) : home_(home) {}
  ~EtcdCalls() { Stop(); }
  EtcdCalls(const EtcdCalls&) = delete;
  EtcdCalls& operator=(const EtcdCalls&) = delete;

  void Ask(const EtcdCallOptions& options, std::string request, Duration timeout,
           Function<void(Result<std::string>)> done);

  // From home alone. With `first` sent.
  std::shared_ptr<EtcdByteStream> Open(const EtcdCallOptions& options, std::string first,
                                       Function<void(const std::string&)> message,
                                       Function<void(Error)> end);

  // Cancels everything, present and future, and waits until nothing of it is left. Not from one of
  // gRPC's callbacks, and not while home runs.
  void Stop();

 private:
  class Unary;
  class Stream;
  class Handle;
  struct Link;

  // What Stop can reach.
  class Call {
   public:
    virtual ~Call() = default;
    virtual void Cancel() = 0;
  };

  bool Enter(Call* call);
  void Leave(std::unique_ptr<Call> call);
  void Post(Task task) { home_.RunAt(home_.Now(), std::move(task)); }

  Scheduler& home_;
  std::mutex mutex_;  // standard: the condition variable wants it
  std::condition_variable idle_;
  std::set<Call*> under_way_;
  std::size_t leaving_ = 0;  // not cancelled any more, not yet freed
  bool stopped_ = false;
};

}  // namespace ringlab
