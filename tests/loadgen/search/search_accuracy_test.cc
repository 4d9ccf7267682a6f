// A search against queues whose capacity is known by formula: how near it comes, and how soon.
//
// The queues have one server and are simulated request by request (D. Lindley, 1952), in virtual
// time, with all the noise that a probe of a few seconds has. As in a live search the arrivals of
// all probes come from one seed, and begin with an empty queue.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "core/base/histogram.h"
#include "core/base/random.h"
#include "tests/loadgen/search/told.h"
#include "tests/support/thorough.h"

namespace ringlab {
namespace {

struct Queue {
  double served_qps = 0;
  bool is_constant = false;  // the time to serve one; else exponential
};

class SimulatedQueue {
 public:
  SimulatedQueue(Queue queue, std::uint64_t seed) : queue_(queue), rng_(seed) {}

  // The response times of Poisson arrivals at a rate.
  Histogram Responses(double qps, Duration duration) {
    Rng arrivals = rng_.Split("arrivals");
    Rng services = rng_.Split("services " + std::to_string(++probes_));
    Histogram responses;
    double free_at = 0;
    for (double now = arrivals.Exponential() / qps; now < Seconds(duration);
         now += arrivals.Exponential() / qps) {
      const double work = queue_.is_constant ? 1 : services.Exponential();
      free_at = std::max(now, free_at) + work / queue_.served_qps;
      responses.Record(static_cast<std::int64_t>(1e9 * (free_at - now)));
    }
    return responses;
  }

 private:
  const Queue queue_;
  const Rng rng_;
  int probes_ = 0;
};

struct Case {
  std::string name;
  Queue queue;
  std::string bound;
  RateRange range;
  double edge;  // by formula
};

// M/M/1: a response is exponential of rate served - asked. M/D/1: by Pollaczek and Khinchine the
// mean response is s + u s / (2 (1 - u)).
double EdgeOfM(double served, double percentile, double bound_s) {
  return served + std::log(1 - percentile / 100) / bound_s;
}
double EdgeOfD(double served, double bound_s) {
  const double s = 1 / served;
  const double wait = bound_s - s;
  return served * 2 * wait / (s + 2 * wait);
}

const Case kCases[] = {
    {"steep", {.served_qps = 4'000}, "p99<10ms", {1e3, 1e6}, EdgeOfM(4'000, 99, 10e-3)},
    {"flat", {.served_qps = 8'000}, "p99<1ms", {100, 1e5}, EdgeOfM(8'000, 99, 1e-3)},
    {"slow server", {.served_qps = 1'500}, "p99<20ms", {100, 1e5}, EdgeOfM(1'500, 99, 20e-3)},
    {"mean of constant work",
     {.served_qps = 2'000, .is_constant = true},
     "mean<2ms",
     {10, 1e4},
     EdgeOfD(2'000, 2e-3)}};

TEST_CASE("a search comes within 5 % of the true edge in 95 of 100 trials, in 25 probes",
          "[long]") {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  const int trials = 4;  // each twenty times slower: the lane is for other faults
#else
  const int trials = Trials(100, 20);
#endif
  for (const Case& c : kCases) {
    int near = 0;
    int inside = 0;
    std::size_t most = 0;
    const std::vector<Threshold> bounds{BoundOf(c.bound)};
    for (int seed = 1; seed <= trials; ++seed) {
      SimulatedQueue queue(c.queue, static_cast<std::uint64_t>(seed));
      const RateSearch search =
          Searched({.bounds = bounds, .range = c.range}, [&](const ProbeOrder& order) {
            const Histogram responses = queue.Responses(order.qps, order.duration);
            const double percentile = bounds.front().percentile();
            return Told(
                bounds,
                {percentile < 0 ? responses.mean()
                                : static_cast<double>(responses.ValueAtPercentile(percentile))});
          });
      const SearchResult result = search.result();
      most = std::max(most, search.probes().size());
      if (result.low_qps && *result.low_qps <= c.edge && c.edge <= *result.high_qps) ++inside;
      if (result.rate_qps && std::abs(*result.rate_qps / c.edge - 1) <= 0.05) ++near;
    }
    INFO(c.name << ": " << near << " near, " << inside << " in the interval, at most " << most
                << " probes");
    CHECK(most <= kSearchProbesMax);
    CHECK(near >= trials / 2);
    if (trials < 20) continue;                // too few to tell more
    CHECK(near >= (trials < 100 ? 15 : 95));  // of few by chance four are not
    CHECK(inside >= trials * 85 / 100);
  }
}

}  // namespace
}  // namespace ringlab
