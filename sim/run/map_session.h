// A metastability map as jobs, a cell each: run by whoever runs them, and what it gives.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.h"
#include "sim/jobs/jobs.h"
#include "sim/map/map_report.h"

namespace ringlab {

struct MapSession {
  MapReport report;
  JobsEnd end;
};

// `watch` is told how far it is, and stops the run by returning false. The report is the runner's
// first process's, and the same of any runner, but for what it took. An error is a cell's.
Result<MapSession> RunMapSession(const MapSpec& spec, std::uint64_t seed, JobRunner& runner,
                                 const std::function<bool(const std::string& progress)>& watch);

// "interrupted: 3 of 12 cells were run", or "" where it was not stopped.
std::string StoppedText(const MapSession& session);

}  // namespace ringlab
