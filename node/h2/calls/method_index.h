// MethodIndex: from a request's path to what answers it, for all connections of a node.
//
// Owns the method table and the built-in methods. Immutable, so shared between threads.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

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
    const auto found = rows_.find(path);
    return found == rows_.end() ? nullptr : &found->second;
  }

  const MethodTable& methods() const { return methods_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view path) const {
      return std::hash<std::string_view>{}(path);
    }
  };

  const MethodTable methods_;
  const BuiltinMethods builtins_;
  std::unordered_map<std::string, MethodRow, Hash, std::equal_to<>> rows_;
};

}  // namespace ringlab
