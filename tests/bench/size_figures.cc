#include "core/base/hash.h"
#include "core/base/histogram.h"
#include "core/cache/cache.h"
#include "core/cache/store.h"
#include "core/group/hot_keys.h"
#include "core/item/item.h"
#include "core/types.h"
#include "tests/bench/exact_figures.h"

namespace ringlab {
namespace {

// What an entry is charged, all told: its block as malloc rounds it, and its part of the index.
ExactFigure EntryBytes(std::size_t value_bytes, Policy policy) {
  constexpr std::uint64_t kEntries = 100'000;
  Cache cache({.budget_bytes = std::size_t{1} << 30, .policy = policy});
  const std::string value(value_bytes, 'v');
  for (std::uint64_t k = 0; k < kEntries; ++k) {
    const std::string key = "key-" + std::to_string(100'000 + k);
    cache.Insert(key, HashKey(key), value);
  }
  const CacheStats stats = cache.stats();
  return {"entry_of_" + std::to_string(value_bytes) + "_bytes_" + std::string(PolicyName(policy)),
          "bytes", stats.used_bytes, stats.items};
}

}  // namespace

std::vector<ExactFigure> SizeFigures() {
  std::vector<ExactFigure> figures;
  for (const std::size_t bytes : {10, 100, 1000})
    figures.push_back(EntryBytes(bytes, Policy::kLru));
  for (const Policy policy : Policies()) {
    if (policy != Policy::kLru) figures.push_back(EntryBytes(100, policy));
  }
  const auto add = [&](const char* type, std::size_t bytes) {
    figures.push_back({std::string("sizeof_") + type, "bytes", bytes});
  };
  add("item", sizeof(Item));
  add("store", sizeof(Store));
  add("get_request", sizeof(GetRequest));
  add("get_reply", sizeof(GetReply));
  add("get_callback", sizeof(GetCallback));
  add("timer_wheel", sizeof(TimerWheel));
  add("hot_keys", sizeof(HotKeys));
  add("histogram", sizeof(Histogram));
  return figures;
}

}  // namespace ringlab
