// swarm_seeds [SEEDS]: the first seeds of `sim --swarm`, without gRPC, flags or threads; prints
// their hash, and what they found. So it can be built fast by any compiler, for any sanitizer.
//
// Exit codes: 0 nothing was found, 1 something was, or a seed proved nothing, 2 usage.
#include <cinttypes>
#include <cstdio>

#include "core/base/parse.h"
#include "sim/virtual/swarm.h"

namespace ringlab {
namespace {

constexpr std::uint64_t kSeeds = 4;

int Main(int argc, char** argv) {
  const Result<std::uint64_t> seeds = argc < 2 ? kSeeds : ParseCount(argv[1]);
  if (!seeds || *seeds == 0 || *seeds > kSwarmSeedsMax || argc > 2) {
    std::fprintf(stderr, "swarm_seeds: expected how many seeds, 1 to %" PRIu64 "\n",
                 kSwarmSeedsMax);
    return 2;
  }
  SwarmTally tally(1, *seeds);
  for (std::uint64_t seed = 1; seed <= *seeds; ++seed) tally.Take(RunSwarm(DrawSwarm(seed)));
  const SwarmReport report = tally.report();
  std::printf("%016" PRIx64 "  %" PRIu64 " seeds, %" PRIu64 " requests, %" PRIu64 " compared\n",
              report.hash, report.seeds, report.requests, report.compared);
  for (const FailedSeed& failed : report.failed) {
    for (const SwarmFinding& found : failed.findings) {
      std::printf("seed %" PRIu64 ": %s: %s\n", failed.seed, found.invariant.c_str(),
                  found.what.c_str());
    }
  }
  return report.failing + report.broken + report.empty > 0 ? 1 : 0;
}

}  // namespace
}  // namespace ringlab

int main(int argc, char** argv) { return ringlab::Main(argc, argv); }
