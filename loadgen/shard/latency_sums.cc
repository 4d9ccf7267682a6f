#include "loadgen/shard/latency_sums.h"

#include <vector>

namespace ringlab {

namespace {

// How often something was counted in one place and in another.
struct CountedTwice {
  std::string what;
  std::uint64_t here = 0;
  std::uint64_t there = 0;
};
using AllCountedTwice = std::vector<CountedTwice>;

void SumLatencies(const std::string& where, const Totals& totals, const Latencies& latencies,
                  AllCountedTwice& all) {
  const std::uint64_t answered = totals.ok + totals.not_found;
  all.push_back({where + "response", latencies.response.count(), answered});
  all.push_back({where + "service", latencies.service.count(), answered});
  all.push_back({where + "send_lag", latencies.send_lag.count(), totals.sent});
  all.push_back({where + "failed", latencies.failed.count(), totals.errors + totals.timeouts});
}

void SumOwners(const std::string& where, const std::vector<OwnerMeasurements>& owners,
               std::uint64_t sent, AllCountedTwice& all) {
  std::uint64_t requests = 0;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const OwnerMeasurements& of = owners[i];
    all.push_back({where + "/" + std::to_string(i), of.Answered(), of.requests - of.failed});
    requests += of.requests;
  }
  all.push_back({where, requests, sent});
}

}  // namespace

std::string CheckLatencies(const Measurements& measured) {
  AllCountedTwice all;
  SumLatencies("", measured.totals, measured.latencies, all);
  for (std::size_t i = 0; i < measured.parts.size(); ++i) {
    const PartMeasurements& part = measured.parts[i];
    SumLatencies("phases/" + std::to_string(i) + "/", part.totals, part.latencies, all);
  }
  for (std::size_t i = 0; i < kOperations; ++i) {
    const OperationMeasurements& of = measured.operations[i];
    all.push_back({"operations/" + std::string(OperationName(static_cast<Operation>(i))),
                   of.Answered(), of.requests - of.failed});
  }
  SumOwners("owners", measured.owners, measured.totals.sent, all);
  if (!measured.asked.empty()) SumOwners("asked", measured.asked, measured.totals.sent, all);
  all.push_back({"staleness", measured.staleness.age.count(), measured.staleness.stale});
  for (const CountedTwice& each : all) {
    if (each.here == each.there) continue;
    return each.what + ": " + std::to_string(each.here) + " is not " + std::to_string(each.there);
  }
  return "";
}

}  // namespace ringlab
