// Independent pieces of work on all cores of the machine.
#pragma once

#include <cstdint>
#include <functional>

namespace ringlab {

// Calls work(0) … work(jobs - 1), each once, from as many threads as this process may use cores;
// `watch` with the number of those done, every 100 ms or so on the calling thread, and at the end.
// When watch returns false, no further job is begun. Blocks until all begun are done, and returns
// how many were: they are the first ones. `work` must be safe to call from several threads.
std::uint64_t RunInParallel(std::uint64_t jobs, const std::function<void(std::uint64_t)>& work,
                            const std::function<bool(std::uint64_t done)>& watch);

}  // namespace ringlab
