// The request log: a line for every call, told when it was answered.
//
// It wraps the rows of a method table, so a node that logs nothing pays nothing: its rows are not
// wrapped at all.
#pragma once

#include <functional>
#include <string>

#include "node/method_table.h"

namespace ringlab {

// Takes lines such as `Get default/"key-7" from n1: OK, 112 bytes, 1.20 ms`, with "of trace
// ID" after who asked when it is part of one (core/trace.h). Called on any thread.
using RequestLog = std::function<void(const std::string& line)>;

// The same table, with every call told to `log`.
MethodTable LogRequests(MethodTable methods, const RequestLog& log);

}  // namespace ringlab
