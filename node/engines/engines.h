// The wire engines that there are, by name. Here alone a node meets one.
//
// Stateless; what it makes is thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "node/node.h"
#include "node/wire/engine.h"

namespace ringlab {

inline constexpr std::string_view kDefaultEngine = "h2";

// Plain data.
struct EngineSpec {
  std::string name = std::string(kDefaultEngine);  // "h2" or "grpc"
  int loops = 0;                                   // of h2, a thread each; 0: one a core, up to 8
  Duration spin = Duration::zero();  // of h2: for so long a loop looks before it sleeps
};

// Of this build: under ThreadSanitizer there is h2 alone.
std::vector<std::string> EngineNames();

// kInvalidArgument for a name that there is not, kResourceExhausted when the system gives no
// threads.
Result<std::shared_ptr<WireEngine>> MakeEngine(const EngineSpec& spec = {});

// What nodes share, on an engine of their own.
Result<std::shared_ptr<NodeRuntime>> MakeRuntime(const EngineSpec& spec = {},
                                                 LinksOptions links = {});

// A node alone on all of that.
Result<std::unique_ptr<Node>> StartNode(NodeOptions options, const EngineSpec& spec = {});

}  // namespace ringlab
