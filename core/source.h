// Source, the seam of origin: where values come from when no cache has them.
#pragma once

#include <string_view>

#include "core/function.h"
#include "core/result.h"
#include "core/value.h"

namespace ringlab {

using LoadCallback = Function<void(Result<Value>)>;

// Thread-safe. Ends before the groups that load from it.
class Source {
 public:
  virtual ~Source() = default;

  // Loads one key; called at most once per flight. `key` lives until `done` was called or
  // destroyed. `done` runs on any thread, possibly before Load returns; a second call is ignored,
  // and dropping it uncalled fails the load with kInternal. A key without a value is kNotFound,
  // with a message that names it. Load itself must not block.
  virtual void Load(std::string_view key, LoadCallback done) = 0;
};

}  // namespace ringlab
