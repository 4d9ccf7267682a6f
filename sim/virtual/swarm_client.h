// SwarmClient: the load of a swarm's run, whose every answer is judged.
//
// One thread, the time's; the cluster and the history outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "loadgen/plan/zipf.h"
#include "sim/virtual/cluster.h"
#include "sim/virtual/history.h"
#include "sim/virtual/swarm_plan.h"

namespace ringlab {

class SwarmClient {
 public:
  // Told of what must not be: which invariant, and how it was broken.
  using Broken = std::function<void(std::string invariant, std::string what)>;

  SwarmClient(VirtualCluster& cluster, History& history, const SwarmPlan& plan, Broken broken);

  // Of a key's name.
  static std::uint64_t IndexOf(const std::string& key);

  // Sends at random times until then, and `each` is called before each sending.
  void Run(TimePoint until, std::function<void()> each);

  // Asks every node for keys that nobody has asked for, so that each has asked each other.
  void AskAll();

  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    std::uint64_t compared = 0;
    std::uint64_t in_flight = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  struct Sent;

  void SendNext();
  void AskOthers(const Sent& one);
  void Get(std::shared_ptr<Sent> sent);
  void GetMany(std::shared_ptr<Sent> sent);
  void Set(std::shared_ptr<Sent> sent);
  void Remove(std::shared_ptr<Sent> sent);
  void Judge(const Sent& sent, std::uint64_t key, const Result<GetReply>& reply);
  WriteCallback Written(std::shared_ptr<Sent> sent, std::size_t write);
  std::string Reachable(std::size_t node) const;
  bool End(Sent& sent, bool answered);
  Duration Soon() const;

  static std::string KeyOf(std::uint64_t key) { return "key-" + std::to_string(key); }
  std::uint64_t DrawKey();

  VirtualCluster& cluster_;
  History& history_;
  const SwarmLoad load_;
  const std::uint64_t requests_max_;
  const Broken broken_;
  Rng rng_;
  Rng herds_;
  ZipfSampler zipf_;
  std::vector<std::uint64_t> key_of_rank_;
  TimePoint until_{};
  std::function<void()> each_;
  std::uint64_t version_ = 0;
  Counts counts_;
};

}  // namespace ringlab
