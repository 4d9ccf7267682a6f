#include "node/h2/calls/method_index.h"

#include <utility>

namespace ringlab {

MethodIndex::MethodIndex(MethodTable methods, BuiltinMethods builtins)
    : methods_(std::move(methods)), builtins_(std::move(builtins)) {
  for (const Method& method : methods_) RowOf(method.path()).method = &method;
  for (const BuiltinMethod& builtin : builtins_) RowOf(builtin.path).builtin = &builtin;
}

MethodRow& MethodIndex::RowOf(const std::string& path) {
  for (auto& [name, row] : rows_) {
    if (name == path) return row;
  }
  return rows_.emplace_back(path, MethodRow()).second;
}

}  // namespace ringlab
