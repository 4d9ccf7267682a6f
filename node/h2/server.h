// H2Server: the wire engine that speaks gRPC directly on libnghttp2. Serves a method table, with
// the standard health service and what else it is given beside it.
//
// Thread-safe. Handlers run on the loops, which the whole process shares: they must not block. A
// connection stays on the loop that it was dealt to, the one with the fewest.
//
// What the world refuses is told in a line, counted, and tried again: descriptors that have run
// out, certificates that cannot be used. Certificates are followed as their files change.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/h2/calls/builtin_method.h"
#include "node/h2/calls/health_rows.h"
#include "node/h2/frames/counters.h"
#include "node/h2/frames/limits.h"
#include "node/h2/loop/loop_pool.h"
#include "node/live/descriptors.h"
#include "node/live/said.h"
#include "node/live/troubles.h"
#include "node/security/security.h"
#include "node/wire/method_table.h"
#include "node/wire/wire_server.h"

namespace ringlab {

struct H2ServerOptions {
  Security security = {};
  H2Limits limits = {};
  // Then, or when few descriptors are left, the one that has been idle for longest goes.
  std::size_t connections_max = 1024;
  BuiltinMethods builtins = {};  // beside health: reflection
  std::function<void(const Said&)> say = {};
};

class Acceptor;
class Complaints;
class MethodIndex;
class ServerLoop;
class SocketRoute;
class TlsContext;
class TlsFollower;
struct ServerShare;

class H2Server final : public WireServer {
 public:
  // Listens on "host:port"; port 0 lets the system choose. kUnavailable when the address cannot be
  // bound, naming it; kInvalidArgument for certificates that cannot serve. `loops` outlives it.
  static Result<std::unique_ptr<H2Server>> Start(LoopPool& loops, const std::string& listen,
                                                 MethodTable methods, H2ServerOptions options = {});
  ~H2Server() override;

  const std::string& address() const override { return address_; }
  void SetServing(bool serving) override;
  bool serving() const override { return health_->serving(); }
  void Refuse() override { refusing_.store(true); }
  void Fence() override;
  void Stop(Duration grace) override;

  WireFigures figures() const override;
  std::vector<std::string> troubles() const override { return troubles_.list(); }

  std::size_t connections() const;
  // Waits for the loops; not from one of them.
  H2ServerCounters counters() const;
  std::uint64_t complaints(const char* kind) const;

 private:
  H2Server(LoopPool& loops, H2ServerOptions options);

  MethodTable Guarded(MethodTable methods);
  Result<void> Listen(const std::string& listen);
  bool Take(Descriptor socket);
  // For whom room is made, and why.
  struct Newcomer {
    std::weak_ptr<SocketRoute> route = {};
    bool few_descriptors = false;
    std::size_t begin = 0;  // the loop that it is on
    std::size_t asked = 0;  // loops, for an idle connection
  };
  void MakeRoom(Newcomer newcomer);
  void OnEach(const std::function<void(ServerLoop&)>& act) const;
  bool AwaitQuiet(Duration grace) const;

  LoopPool& loops_;
  const H2ServerOptions options_;
  const std::string authorization_;
  std::string address_;
  std::shared_ptr<Health> health_;
  std::unique_ptr<MethodIndex> index_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<Complaints> complaints_;
  Troubles troubles_;
  ConnectionRoom room_;  // of the first loop
  std::unique_ptr<ServerShare> share_;
  std::vector<std::unique_ptr<ServerLoop>> on_loops_;
  std::unique_ptr<Acceptor> acceptor_;  // on the first loop, as is the follower
  std::unique_ptr<TlsFollower> follower_;
  std::atomic<bool> refusing_{false};
  std::atomic<bool> stopped_{false};
};

}  // namespace ringlab
