// Transport, the seam of space: the only way to reach another node.
#pragma once

#include <string_view>

#include "core/types.h"

namespace ringlab {

// Thread-safe. Ends before what its callbacks capture.
class Transport {
 public:
  virtual ~Transport() = default;

  // Asks the node named `to`. `done` runs exactly once, on any thread, possibly before Get
  // returns, and never under a lock of the transport. An unknown name or a dead node is
  // kUnavailable, a passed deadline kDeadlineExceeded; what the node itself answered keeps its
  // code and message.
  virtual void Get(std::string_view to, const GetRequest& request, GetCallback done) = 0;

  // Likewise. Of a GetMany whose call fails as a whole, every key has that error.
  virtual void GetMany(std::string_view to, const GetManyRequest& request,
                       GetManyCallback done) = 0;
  virtual void Peek(std::string_view to, const GetRequest& request, PeekCallback done) = 0;
  virtual void Set(std::string_view to, const SetRequest& request, WriteCallback done) = 0;
  virtual void Remove(std::string_view to, const RemoveRequest& request, WriteCallback done) = 0;
};

// What a node tells its own caller of a peer's error. A peer that refuses this node is this node's
// trouble: its caller has shown what he had to.
inline Error AsCallersSee(Error error) {
  if (error.code == Code::kUnauthenticated || error.code == Code::kPermissionDenied) {
    return {Code::kInternal, "the owner refuses this node: " + error.message};
  }
  return error;
}

}  // namespace ringlab
