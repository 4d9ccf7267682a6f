// NodeFigures: what a node shows of itself, as JSON: for /status.json and /ring, and for the page
// that is made of both. Every string in it is valid UTF-8, whatever bytes keys and names are.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "node/node.h"

namespace ringlab {

inline constexpr std::size_t kHotKeysShown = 20;

// {"name", "version", "serving", "ring": {…}, "process": {…}, "groups": [{"name", "gets",
// "hit_ratio" (absent before the first Get), "levels": {…}, "memory": {…}, "writes", "errors",
// "hot_keys": [{"key", "qps"}, …]}, …]}. Levels: how Gets were answered, or not; they sum to `gets`
// when nothing is under way, but for refreshes of stale values.
nlohmann::ordered_json StatusFigures(const Node& node);

// {"self", "epoch", "fingerprint", "dialect", "replicas", "members": [{"name", "share",
// "units" (a decimal string: up to 2^64), "over"}, …]}: shares are exact, and "over" is grpc or
// http, absent for the node itself.
nlohmann::ordered_json RingFigures(const Node& node);

}  // namespace ringlab
