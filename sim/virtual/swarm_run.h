// RunSwarm: one seed's run: trouble under load, then everything is mended, then all must be well.
//
// What is checked, all the time: every answer against History; that each call is answered once and
// by its deadline; that a calm cluster answers soon; bytes within budgets; loads of one key that
// one node has under way. After the mending: that every node has the same ring, no circuit is open,
// no load is under way, counts add up. A run in which nothing was asked or answered proves nothing,
// and says so.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/virtual/message_log.h"
#include "sim/virtual/network.h"
#include "sim/virtual/swarm_plan.h"

namespace ringlab {

struct SwarmFinding {
  std::string invariant;  // "stale", "deadline" …
  std::string what;       // a sentence
  Duration at{};          // from the start of the traffic
};

struct SwarmOutcome {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::uint64_t requests = 0;
  std::uint64_t answered = 0;  // with a value, or that there is none; writes that were done
  std::uint64_t compared = 0;  // readings that were held against the writes
  std::uint64_t failed = 0;    // requests
  Duration virtual_time{};
  std::array<std::uint64_t, Fault::kKinds> faults = {};  // that took place
  std::vector<VirtualNetwork::Traffic> traffic;
  std::vector<std::string> hosts;      // of the network, by their ids
  std::vector<SwarmFinding> findings;  // the first few

  // Nothing was found, because nothing was looked at.
  bool empty() const { return compared == 0; }
};

// kInvalidArgument for a plan that no cluster can be made of. `log` has the messages; null for
// none.
Result<SwarmOutcome> RunSwarm(const SwarmPlan& plan, MessageLog* log = nullptr);

}  // namespace ringlab
