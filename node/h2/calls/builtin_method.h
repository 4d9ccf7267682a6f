// BuiltinMethod: a method that the h2 engine answers beside the method table: health, reflection.
//
// Open to everybody, without a token: probes and tools need these, and they tell no values. Three
// shapes: a message and its reply; a reply to *each* message, in order; and *follow*, where the
// reply is what is so now, sent again whenever it has become another (ServerConnection::LookAgain).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

struct BuiltinMethod {
  enum class Shape : std::uint8_t { kUnary, kEach, kFollow };

  std::string path;  // "/grpc.health.v1.Health/Check"
  Shape shape = Shape::kUnary;

  // Called on every loop's thread, must not block. An error ends the call.
  std::function<Result<std::string>(std::string_view message)> reply;
};

using BuiltinMethods = std::vector<BuiltinMethod>;

}  // namespace ringlab
