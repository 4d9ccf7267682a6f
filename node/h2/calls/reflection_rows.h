// gRPC's reflection service (server-reflection.md), versions v1 and v1alpha, which say the same:
// which services there are, and their schemas, from protobuf's generated pool.
#pragma once

#include <string>
#include <vector>

#include "node/h2/calls/builtin_method.h"

namespace ringlab {

// `services` are listed, beside reflection itself; found is whatever is linked into the program.
BuiltinMethods ReflectionRows(std::vector<std::string> services);

}  // namespace ringlab
