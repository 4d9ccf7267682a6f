// The live half of a search: its probes, one after the other, on one cluster.
//
// Every probe is a session of its own, with connections and senders of its own: nothing of a rate
// is left when the next one begins. Its plan is that of a run at its rate, from the same seed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/ring/ring.h"
#include "loadgen/judge/run_result.h"
#include "loadgen/run/cluster.h"
#include "loadgen/run/options.h"
#include "loadgen/run/session.h"
#include "loadgen/search/search.h"

namespace ringlab {

struct SearchWatch {
  LiveFollower* follower = nullptr;  // shows each probe; null for none
  // Called once all nodes have said who they are, and something is measured from now on.
  std::function<void()> begins;
  // Every now and then: which probe is under way, how far it is; false ends the search.
  std::function<bool(const std::string& probe, const Progress& progress)> goes_on;
  // What came of a probe, a line for people.
  std::function<void(const std::string& line)> told;
};

struct SearchedRun {
  RateSearch search;
  RunResult run;  // that the report is of: the confirmation, else what comes nearest to it
};

// Blocks until the search is over. An error is of what cannot be begun, as of Session::Connect().
Result<SearchedRun> RunSearch(const LoadgenOptions& options, Cluster& cluster,
                              const std::shared_ptr<const Ring>& ring, const SearchWatch& watch);

}  // namespace ringlab
