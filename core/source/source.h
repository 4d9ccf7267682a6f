// Source, the seam of origin: where values come from when no cache has them.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/function.h"
#include "core/base/result.h"
#include "core/item/value.h"

namespace ringlab {

using LoadCallback = Function<void(Result<Value>)>;

// What a source that asks a server counts; all 0 for one that asks none.
struct SourceStats {
  std::uint64_t queries = 0;          // sent
  std::uint64_t failures = 0;         // loads that failed, other than by a key without a value
  std::uint64_t refused = 0;          // loads turned away: too many waited
  std::uint64_t interrupted = 0;      // attempts to end a query that took too long
  std::uint64_t connects = 0;         // attempts
  std::uint64_t connects_failed = 0;  // of these
  std::uint64_t sessions = 0;         // connected at this moment
  std::uint64_t sessions_max = 0;
  std::uint64_t waiting = 0;  // loads, at this moment
};

// Thread-safe. Ends before the groups that load from it.
class Source {
 public:
  virtual ~Source() = default;

  // Loads one key; called at most once per flight. `key` lives until `done` was called or
  // destroyed. `done` runs on any thread, possibly before Load returns; a second call is ignored,
  // and dropping it uncalled fails the load with kInternal. A key without a value is kNotFound,
  // with a message that names it. Load itself must not block.
  virtual void Load(std::string_view key, LoadCallback done) = 0;

  virtual SourceStats stats() const { return {}; }
};

}  // namespace ringlab
