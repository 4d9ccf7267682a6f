// Where the time of a run's gets went, from the sample that its nodes timed; which stage the slow
// ones waited in, and whether one node makes them so. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/histogram.h"
#include "core/ring/ring.h"
#include "loadgen/measure/breakdown.h"

namespace ringlab {

// Mean times of a node, ns.
struct NodeStages {
  // As the one that was asked, of what it answered without another node: how long it held them up,
  // which is network, queue and handler.
  std::uint64_t served = 0;
  double serving_ns = 0;
  // As the owner that another node asked: the way there and back, and what waited for it.
  std::uint64_t hops = 0;
  double hop_ns = 0;
};

struct StagesResult {
  std::uint64_t recorded = 0;  // gets that were timed
  std::uint64_t samples = 0;   // of these, kept
  Histogram response;          // of the samples
  std::array<Histogram, kStages> stages;
  std::array<double, kStages> share{};  // of all of their time

  // The slowest hundredth: from which response time on, and where its time went. That is the run's
  // response p99 where all requests are gets, and the samples' own otherwise. Absent with too few
  // samples.
  struct Slowest {
    double from_ns = 0;
    std::array<double, kStages> share{};
  };
  std::optional<Slowest> slowest = {};

  std::vector<NodeStages> nodes;

  double share_of_slowest(Stage stage) const {
    return slowest ? slowest->share[static_cast<std::size_t>(stage)] : 0;
  }
};

// Absent when no node told anything. `p99_ns`: of all gets' response times, where that is known.
std::optional<StagesResult> SumStages(const Breakdown& breakdown, std::size_t nodes,
                                      std::optional<std::int64_t> p99_ns = {});

// The node that holds requests up by much more than the others do; absent with fewer than two nodes
// that tell, or where none stands out. `times`: than the median of the others.
struct SlowNode {
  NodeIndex node = kNoNode;
  double times = 0;
  double mean_ns = 0;    // its own
  double others_ns = 0;  // the median of the others
  bool as_owner = false;
  double of_all = 0;  // what it held gets up for beyond that, of all time that gets took
};
std::optional<SlowNode> FindSlowNode(const StagesResult& stages);

// How many were under way: as arrivals found it, and as the rate and the stay of each make it.
// Absent where nothing ended or the arrivals are not at random.
struct LittlesLaw {
  double seen = 0;
  double expected = 0;
};
std::optional<LittlesLaw> LittlesLawOf(const InFlight& in_flight, Duration elapsed);

}  // namespace ringlab
