// SwarmTrouble: makes the faults of a plan happen, mends them, and writes both into the history.
//
// One thread, the time's; the cluster and the history outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/virtual/cluster.h"
#include "sim/virtual/history.h"
#include "sim/virtual/swarm_plan.h"

namespace ringlab {

class SwarmTrouble {
 public:
  SwarmTrouble(VirtualCluster& cluster, History& history, const SwarmPlan& plan);

  // From `start` on; everything is mended at the end of the plan's trouble.
  void Run(TimePoint start);

  // Looks whether the living nodes have one ring, and notes when they do not.
  void Look();

  // Likewise, whether some node does not ask another: it answers for it from the source meanwhile.
  void LookAtCircuits();

  const std::array<std::uint64_t, Fault::kKinds>& happened() const { return happened_; }

 private:
  void Begin(std::size_t number);
  void End(std::size_t number);
  void MendAll();
  void SetSlowness(std::size_t node);
  void Restart(std::size_t node);
  void ForEachCut(const Fault& fault, bool cut);
  std::vector<std::string> Listed() const;
  bool OneRing() const;
  void Note(bool goes_on, Trouble::Kind kind, std::optional<std::size_t>& trouble);

  VirtualCluster& cluster_;
  History& history_;
  const SwarmPlan& plan_;
  const NetworkLaw usual_network_;
  const OriginLaw usual_origin_;
  std::array<std::uint64_t, Fault::kKinds> happened_ = {};
  std::map<std::size_t, std::size_t> open_;  // faults that go on, and their trouble
  std::map<std::size_t, int> away_;          // nodes that are down or off the list, how often
  std::map<std::size_t, int> unlisted_;
  std::optional<std::size_t> rings_differ_;   // a trouble, while they do
  std::optional<std::size_t> circuits_open_;  // likewise
  bool mended_ = false;
};

}  // namespace ringlab
