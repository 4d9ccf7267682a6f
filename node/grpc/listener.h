// GrpcListener: listens for a grpc++ server and hands it connections, because gRPC (1.51) accepts
// nothing any more on a socket where one accept has failed for want of descriptors.
//
// A thread of its own waits for all listeners of an engine. Thread-safe; Add and Remove wait for
// that thread, so never from a Take. What the system refuses is told, and tried again; of the
// descriptors a part is left alone (node/live/descriptors.h): newcomers beyond it are turned away.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/live/complaints.h"
#include "node/live/troubles.h"

namespace ringlab {

class GrpcListeners {
 public:
  // Takes over the descriptor. On the listeners' thread.
  using Take = std::function<void(int socket)>;

  // Of one server: outlives its place among the listeners.
  struct Ears {
    explicit Ears(std::function<void(const Said&)> say) : complaints(std::move(say)) {}

    Take take;
    std::string address;  // "host:port" with the port that is really bound
    std::vector<int> sockets;
    Complaints complaints;
    Troubles troubles;
  };

  GrpcListeners();
  ~GrpcListeners();
  GrpcListeners(const GrpcListeners&) = delete;
  GrpcListeners& operator=(const GrpcListeners&) = delete;

  // Binds "host:port" for `ears` and listens; connections are kept waiting until Add. The error is
  // why it cannot be, in a few words.
  static Result<void> Bind(const std::string& listen, Ears& ears);

  // From here on its connections are taken. kResourceExhausted when there is no thread for it.
  Result<void> Add(std::shared_ptr<Ears> ears);

  // When it returns nothing is taken any more, and the sockets are closed.
  void Remove(const std::shared_ptr<Ears>& ears);

 private:
  class Loop;

  std::unique_ptr<Loop> loop_;
};

}  // namespace ringlab
