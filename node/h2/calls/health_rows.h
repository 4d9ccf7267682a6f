// The standard health service (grpc.health.v1, gRPC's health-checking.md): is a node, or a service
// of it, serving?
//
// Its messages are so small that they are read and written here, without protobuf.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "node/h2/calls/builtin_method.h"

namespace ringlab {

// What a node says of itself: NOT_SERVING until SetServing. Thread-safe.
class Health {
 public:
  // The names that can be asked for; "", the node as a whole, always can.
  explicit Health(std::vector<std::string> services);

  // Who follows learns it from ServerConnection::LookAgain.
  void SetServing(bool serving) { serving_.store(serving); }
  bool serving() const { return serving_.load(); }

  bool knows(std::string_view service) const;

 private:
  std::vector<std::string> services_;  // sorted
  std::atomic<bool> serving_{false};
};

// Check and Watch.
BuiltinMethods HealthRows(std::shared_ptr<const Health> health);

// The `service` of a HealthCheckRequest. kInvalidArgument for what is none.
Result<std::string_view> ReadHealthRequest(std::string_view message);

}  // namespace ringlab
