// GroupOptions: how a group caches, and the bounds of what it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/group/flights.h"
#include "core/group/holders.h"
#include "core/group/hot_keys.h"
#include "core/group/layers.h"
#include "core/guard/retry_budget.h"

namespace ringlab {

// When a node keeps copies of keys that another one owns.
enum class HotCopies : std::uint8_t {
  kOff,
  kByRate,    // the owner says so, for keys asked for often, and invalidates them on a write
  kRandom10,  // of one reply in ten, as groupcache does; the owner does not know
};

struct GroupOptions {
  std::string name;
  LayersOptions layers = {};
  FlightsOptions flights = {.shards = 16};

  HotCopies hot_copies = HotCopies::kByRate;
  double hot_minute_qps = 600;  // of one key, from peers: more is hot
  HotKeysOptions hot_keys = {};
  HoldersOptions holders = {};
  std::size_t invalidations_max = 64;  // nodes told of one write

  // Loads from our own source on behalf of owners that failed: at most this many at a time, and of
  // a fraction of all misses. The source of a node must survive the loss of its peers.
  std::uint32_t fallbacks_max = 1024;
  RetryBudgetOptions fallback_budget = {};

  // A key's former owner is asked for it first, but not for long, and no more after so many in a
  // row that it did not have.
  Duration peek_timeout = std::chrono::milliseconds(20);
  std::uint32_t peeks_in_vain_max = 100;

  // What one request may be: larger ones are refused before anything is done for them.
  std::size_t key_bytes_max = Item::kKeyBytesMax;  // longer ones could not be kept
  std::size_t value_bytes_max = std::size_t{1} << 20;
  std::size_t batch_keys_max = 10'000;
  std::size_t batch_bytes_max = std::size_t{64} << 20;  // of what all of its keys are answered
};

// What is wrong with a key that is empty, or too long to be kept.
inline std::string KeyComplaint(std::string_view key, std::size_t bytes_max) {
  if (key.empty()) return "key required";
  return "a key of " + std::to_string(key.size()) + " bytes; accepted: up to " +
         std::to_string(bytes_max);
}

}  // namespace ringlab
