// The request log: a line for every call, told when it was answered.
//
// It wraps the rows of a method table: a node without a log pays nothing, and one whose log nobody
// wants just now pays that question.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "node/wire/method_table.h"

namespace ringlab {

// Both are called on any thread.
struct RequestLog {
  std::function<bool()> wanted;  // asked for each call, as it comes

  // Takes lines such as `Get default/"key-7" from n1: OK, 112 bytes, 1.20 ms`, with "of trace ID"
  // after who asked when it is part of one (core/base/trace.h).
  std::function<void(const std::string& line)> tell;

  explicit operator bool() const { return tell != nullptr; }
};

// A caller's bytes on one line of a log: cut, and all that is not plain ASCII as \xNN.
std::string Printable(std::string_view bytes);

// The same table, with every call told to `log`.
MethodTable LogRequests(MethodTable methods, const RequestLog& log);

}  // namespace ringlab
