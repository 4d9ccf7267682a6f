// MethodIndex: from a request's path to what answers it, for all connections of a node.
//
// Owns the method table and the built-in methods. Immutable, so shared between threads.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/h2/calls/builtin_method.h"
#include "node/wire/method_table.h"

namespace ringlab {

// One of the two.
struct MethodRow {
  const Method* method = nullptr;
  const BuiltinMethod* builtin = nullptr;
};

class MethodIndex {
 public:
  explicit MethodIndex(MethodTable methods, BuiltinMethods builtins = {});
  MethodIndex(const MethodIndex&) = delete;
  MethodIndex& operator=(const MethodIndex&) = delete;

  // Null for a path that nobody answers.
  const MethodRow* Find(std::string_view path) const {
    // They are few, and the first is asked for most: sooner found than hashed.
    for (const auto& [name, row] : rows_) {
      if (name == path) return &row;
    }
    return nullptr;
  }

  const MethodTable& methods() const { return methods_; }

 private:
  MethodRow& RowOf(const std::string& path);

  const MethodTable methods_;
  const BuiltinMethods builtins_;
  std::vector<std::pair<std::string, MethodRow>> rows_;  // by path, in the order of the table
};

}  // namespace ringlab
