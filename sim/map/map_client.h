// MapClient: the clients of a map's cluster: requests at random times, whatever becomes of them;
// each has a deadline, and is asked again when it fails.
//
// That is what lets a cluster stay down: a request that fails costs more than one that is answered.
// One thread, the time's; the cluster and the series outlive it, and it all of its calls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/random.h"
#include "core/guard/retry_budget.h"
#include "loadgen/plan/zipf.h"
#include "sim/map/map_judge.h"
#include "sim/map/map_spec.h"
#include "sim/virtual/cluster.h"

namespace ringlab {

// Which key is the `rank`th (from 1) most popular one: another one by each seed.
class MapKeys {
 public:
  MapKeys(const MapSpec& spec, std::uint64_t seed);

  std::uint64_t size() const { return key_of_rank_.size(); }
  std::string OfRank(std::uint64_t rank) const;
  double Probability(std::uint64_t rank) const { return zipf_.Probability(rank); }
  std::string Draw(Rng& rng) const { return OfRank(zipf_(rng)); }

 private:
  ZipfSampler zipf_;
  std::vector<std::uint64_t> key_of_rank_;
};

class MapClient {
 public:
  // `qps` requests a second on average, at times of a Poisson process. With a `budget` second tries
  // are a bounded part of the calls (core/guard/retry_budget.h, with its own figures).
  MapClient(VirtualCluster& cluster, const MapSpec& spec, double qps, bool budget,
            std::uint64_t seed, MapSeries& series);

  // From now on, until Stop.
  void Start();
  void Stop() { stopped_ = true; }

  std::uint64_t in_flight() const { return in_flight_; }  // requests

 private:
  struct Asked;

  void SendNext();
  void Call(const std::shared_ptr<Asked>& asked);
  void Ended(const std::shared_ptr<Asked>& asked, bool answered);

  VirtualCluster& cluster_;
  const double qps_;
  const Duration deadline_;
  const std::uint32_t retries_;
  MapSeries& series_;
  const MapKeys keys_;
  Rng arrivals_;
  Rng draws_;  // of keys
  Rng nodes_;  // that are asked
  Rng waits_;
  std::optional<RetryBudget> budget_;
  bool stopped_ = false;
  std::uint64_t in_flight_ = 0;
};

}  // namespace ringlab
