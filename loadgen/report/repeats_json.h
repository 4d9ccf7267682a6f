// Several runs of one command as one result. Pure.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace ringlab {

// Of the runs' results, as ToJson() makes them, the one that stands for all: that with the median
// p99 of the response times, or the median mean where a run has no p99. At least one run.
std::size_t RunInTheMiddle(const std::vector<nlohmann::ordered_json>& runs);

// The result of that run, with `repeats[]`, a summary of each run in their order, and `between`: of
// each figure the mean over the runs with its 95 % interval (Student's t), how much it varied from
// run to run, and how much its own interval leaves open within a run. The verdict is the worst of
// all, and its reasons say which run they are of; it was interrupted if one was.
nlohmann::ordered_json WithRepeats(const std::vector<nlohmann::ordered_json>& runs);

}  // namespace ringlab
