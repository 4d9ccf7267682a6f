#include "node/h2/calls/method_index.h"

#include <utility>

namespace ringlab {

MethodIndex::MethodIndex(MethodTable methods, BuiltinMethods builtins)
    : methods_(std::move(methods)), builtins_(std::move(builtins)) {
  for (const Method& method : methods_) rows_[method.path()].method = &method;
  for (const BuiltinMethod& builtin : builtins_) rows_[builtin.path].builtin = &builtin;
}

}  // namespace ringlab
