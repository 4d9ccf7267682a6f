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
  void BeginEtcd(const Fault& fault);
  void EndEtcd(const Fault& fault);
  void CutEtcd(std::size_t node, bool cut);
  void FreezeEtcd(const Fault& fault, bool freeze);
  void LoseEntry(std::size_t node, bool lease);
  bool MayBeDeaf() const;
  void NoteDeafness(const Fault& fault);
  void SetSlowness(std::size_t node);
  void SetEtcdSlowness();
  void Restart(std::size_t node);
  void ForEachCut(const Fault& fault, bool cut);
  std::vector<std::string> Listed() const;
  bool OneRing(const std::vector<std::string>& off) const;
  bool OneRingWithout(const std::vector<std::string>& off) const;
  std::vector<std::string> OffRings() const;
  void NoteNewRing(const std::vector<std::string>& off);
  void Note(bool goes_on, Trouble::Kind kind, std::optional<std::size_t>& trouble);

  VirtualCluster& cluster_;
  History& history_;
  const SwarmPlan& plan_;
  const NetworkLaw usual_network_;
  const OriginLaw usual_origin_;
  std::array<std::uint64_t, Fault::kKinds> happened_ = {};
  std::map<std::size_t, std::optional<std::size_t>> open_;  // that go on, with their trouble
  std::map<std::size_t, int> away_;  // nodes that are down or off the list, how often
  std::map<std::size_t, int> unlisted_;
  std::map<std::string, std::size_t> off_;    // nodes that nobody else has, by their number there
  std::optional<std::uint64_t> ring_;         // with etcd: of who is on it, as last seen
  std::optional<std::size_t> rings_differ_;   // a trouble, while they do
  std::optional<std::size_t> circuits_open_;  // likewise
  TimePoint deaf_until_{};                    // somebody may not have heard of what etcd said
  bool mended_ = false;
};

}  // namespace ringlab
