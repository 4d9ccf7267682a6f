// The wire engine that tests of nodes run on: the default one, or what RINGLAB_TEST_ENGINE names,
// so that the same tests say the same of each.
#pragma once

#include <cstdlib>
#include <memory>

#include "node/engines/engines.h"
#include "node/wire/wire_transport.h"

namespace ringlab {

inline EngineSpec TestEngine() {
  const char* const name = std::getenv("RINGLAB_TEST_ENGINE");
  EngineSpec spec;
  if (name != nullptr) spec.name = name;
  if (spec.name == "h2") spec.loops = 2;  // so that there is always another one
  return spec;
}

// A client of nodes, on links of its own.
class TestClient {
 public:
  explicit TestClient(int connections = 1, const EngineSpec& engine = TestEngine())
      : runtime_(MakeRuntime(engine, {.connections_per_peer = connections}).value()),
        transport_(runtime_->links) {}

  WireTransport& transport() { return transport_; }

 private:
  const std::shared_ptr<NodeRuntime> runtime_;
  WireTransport transport_;
};

}  // namespace ringlab
