// SetHot: keys that a writer declared hot, for as long as they are not written otherwise.
//
// Bounded: of too many the least recently asked for are forgotten, and are then as hot as they are.
// Thread-safe. A look costs one load while nobody has declared any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/cache/cache.h"

namespace ringlab {

class SetHot {
 public:
  // `hash` = HashKey(key) here and below.
  bool Has(std::string_view key, std::uint64_t hash) {
    return any_.load(std::memory_order_relaxed) && keys_.FindAgain(key, hash);
  }

  void Mark(std::string_view key, std::uint64_t hash, bool hot) {
    if (hot) {
      keys_.Insert(key, hash, "");
      any_.store(true);
    } else if (any_.load(std::memory_order_relaxed)) {
      keys_.Erase(key, hash);
    }
  }

 private:
  static constexpr std::size_t kBytes = std::size_t{64} << 10;

  Cache keys_{kBytes};  // without values
  std::atomic<bool> any_{false};
};

}  // namespace ringlab
