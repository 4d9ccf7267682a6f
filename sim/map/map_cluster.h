// The cluster of a map: production nodes with the defences of a cell, and what it can take. Pure.
//
// What a cell's defences are; what is off is as it would be without it:
//
//   retries    second tries are a bounded part: of the clients' calls, and of the nodes' loads in
//              the place of owners that failed (core/guard/retry_budget.h, its own figures)
//   admission  a node has no more callers, and no more peers, under way than the source can serve
//              within a call's deadline (Little's law); else any number
//   stale      entries that have expired are served for another three times to live, while one load
//              makes them new (LayersOptions::stale_for)
//   hot        peers keep copies of keys that are asked for often (HotCopies::kByRate)
//
// Circuits (core/guard/circuits.h) and joined loads are always on: a node has no switch for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "sim/map/map_spec.h"
#include "sim/virtual/cluster.h"

namespace ringlab {

std::vector<std::string> MapNodes(const MapSpec& spec);

VirtualClusterOptions MapCluster(const MapSpec& spec, const MapDefence& defence,
                                 std::uint64_t seed);

// What the spec's cluster can take, by arithmetic.
struct MapCapacity {
  // Requests a second with which the busiest node is busy all the time, if all are hits: with no
  // copies of hot keys, and what is on other nodes asked for there.
  double qps = 0;
  double source_loads = 0;  // a second, that the source can serve
};
MapCapacity CapacityOf(const MapSpec& spec, std::uint64_t seed);

// Loads a second by which entries are made new that expire: with `qps` and all keys in memory.
double WarmLoads(const MapSpec& spec, double qps);

// Requests of a cell, of `load`, at least and without those that are asked again: what it costs.
double RequestsOf(const MapSpec& spec, double qps);

// How long a cluster is warmed up before a shock.
Duration WarmUpOf(const MapSpec& spec);

}  // namespace ringlab
