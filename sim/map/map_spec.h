// MapSpec: what a metastability map asks: at which loads, after which shocks, with which defences,
// of which cluster.
//
// As text: parts such as "load=0.5,0.7" between semicolons, each at most once and in any order;
// what is left out has its default, and "default" leaves out everything. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ringlab {

// What happens to a cluster that is well.
struct MapShock {
  enum class Kind : std::uint8_t {
    kFlush,  // `nodes` of them restart at once, with empty caches
    kSlow,   // the source takes `factor` times as long for each load, for `length`
  };

  Kind kind = Kind::kFlush;
  std::uint64_t nodes = 0;
  double factor = 1;
  Duration length = {};
  std::string text;  // as it was written: "flush:half", "slow:10x@5s"
};

// Which defences are on. What each is: sim/map/map_cluster.h.
struct MapDefence {
  bool retries = false;
  bool admission = false;
  bool stale = false;
  bool hot = false;
  std::string text;  // "none", "stale", "retries+stale", "all"
};

// Requests are counted by the second in which they began, so a second is the grain of all times.
struct MapSpec {
  std::vector<double> loads;  // 1: the busiest node is busy all the time, with a warm cache
  std::vector<MapShock> shocks;
  std::vector<MapDefence> defences;

  std::uint64_t nodes = 3;
  std::uint64_t keys = 1000;  // all of which a cluster has memory for
  double zipf_s = 0.99;
  Duration ttl = std::chrono::seconds(20);
  std::uint32_t source_servers = 4;  // loads at a time
  Duration source_time = std::chrono::milliseconds(50);
  Duration work = std::chrono::milliseconds(2);        // of a node, with each message
  Duration deadline = std::chrono::milliseconds(500);  // of a client's call
  std::uint32_t retries = 3;                           // of a call that failed, at most
  Duration horizon = std::chrono::seconds(60);         // after a shock; not well by then: never
  Duration hold = std::chrono::seconds(10);            // so long it must be well, to be so again

  std::uint64_t cells() const { return loads.size() * shocks.size() * defences.size(); }
};

inline constexpr std::size_t kMapLoadsMax = 16;
inline constexpr std::size_t kMapShocksMax = 16;
inline constexpr std::size_t kMapDefencesMax = 16;

// A combination. Cells are numbered defence by defence, in each shock by shock.
struct MapCell {
  double load = 0;
  MapShock shock;
  MapDefence defence;
};

// kInvalidArgument for text that is none, with the part and what is accepted.
Result<MapSpec> ParseMapSpec(std::string_view text);

// The whole of it, defaults filled in: ParseMapSpec reads it as the same.
std::string ToText(const MapSpec& spec);

// `index` < spec.cells().
MapCell CellOf(const MapSpec& spec, std::uint64_t index);

// From when a client first asks to when it gives up, at most.
Duration PatienceOf(const MapSpec& spec);

// What a client waits before it asks again, at most, in multiples of a call's deadline.
inline constexpr double kMapWaitMax = 0.5;

}  // namespace ringlab
