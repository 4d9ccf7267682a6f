// CurveRun: how many requests a cluster's caches would answer, over the memory that they have.
//
// Keys go to their owners, and each node has a cache of its own: for LRU a sample (core/mrc's
// Shards), for the other policies a miniature of each size. All nodes have the same budget; the
// cluster's curve is what they answer together. Memory is as cachenode counts it, entries with
// their overhead and index, and is that of a group's main layer: copies of hot keys come on top.
// Nothing expires.
//
// Survey() walks the requests once, and knows LRU and the sizes worth asking for; each job of
// Measure() walks them again. Pure: the same options give the same curves, whoever runs the jobs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/cache/eviction/policy.h"
#include "core/mrc/hit_curve.h"
#include "core/mrc/shards.h"
#include "core/ring/ring.h"
#include "sim/mrc/request_stream.h"

namespace ringlab {

inline constexpr std::uint64_t kCurveNodesMax = 1000;

struct CurveOptions {
  StreamOptions stream;
  bool warm_up = true;  // the first half of the requests does not count
  std::vector<Policy> policies;
  double rate_max = 1;  // of the keys, at most so many are looked at
  std::shared_ptr<const Ring> ring;
};

struct PolicyCurve {
  Policy policy = Policy::kLru;
  std::optional<std::string> node = {};  // none: the cluster
  HitCurve curve = {};                   // of the cluster: bytes of all nodes together
};

struct CurveResult {
  std::vector<PolicyCurve> curves = {};  // by policy, the cluster before its nodes
  std::uint64_t nodes = 0;
  std::uint64_t requests = 0;  // that count: gets
  std::uint64_t warm_up = 0;   // that came before them: any
  std::uint64_t absent = 0;    // left out: the source has no value for their keys
  double first_share = 0;      // of the requests, those that no memory makes hits of, about
  double entries = 0;          // keys asked for, about
  std::uint64_t bytes = 0;     // what these would take, about
  double rate = 1;             // of the keys, at the node with the least
  bool complete = false;       // false: it was ended early
};

class CurveRun {
 public:
  static constexpr std::size_t kPoints = 20;

  explicit CurveRun(CurveOptions options);
  ~CurveRun();

  // Called with what was walked since the last call, from whichever thread walks; false ends it.
  using GoOn = std::function<bool(std::uint64_t requests)>;

  // First, once. What is wrong with the requests, or nothing. Ended early it has less to tell, and
  // there are no jobs.
  Result<void> Survey(const GoOn& go_on);

  // How many there are, and requests that each walks. Jobs may run at the same time, each once.
  std::uint64_t jobs() const { return jobs_.size(); }
  std::uint64_t requests_walked() const { return walked_; }
  void Measure(std::uint64_t job, const GoOn& go_on);

  // Whatever was measured by now: of a policy all of its jobs, or nothing.
  CurveResult Curves() const;

 private:
  struct Node {
    explicit Node(const ShardsOptions& options) : shards(options) {}
    Shards shards;
    std::uint64_t requests = 0;  // gets that count
  };
  // Some sizes with a policy, at every node.
  struct Job {
    Policy policy;
    std::size_t first_size, end_size;
    bool done = false;
    std::vector<double> misses = {};  // by size, and within by node
  };

  std::uint64_t warm_up() const;
  void StartCounting();
  void Take(const StreamRequest& request, const RequestStream& stream);
  Result<void> CheckSurvey(const RequestStream& stream) const;
  void ChooseSizes();
  void PlanJobs();
  double RateOf(std::uint64_t size) const;
  std::vector<double> HitRatios(Policy policy, std::size_t size) const;

  const CurveOptions options_;
  std::vector<Node> nodes_;
  std::vector<std::uint64_t> sizes_;  // of one node's cache
  double entry_bytes_ = 0;            // mean, with the index
  std::vector<Job> jobs_;
  std::uint64_t walked_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t absent_ = 0;
  bool surveyed_ = false;  // to the end
};

}  // namespace ringlab
