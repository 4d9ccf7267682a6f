// SwarmPlan: one seed's cluster, load and trouble, drawn from the seed alone.
//
// What is drawn is drawn from streams of its own: the cluster, the load, the trouble, etcd. New
// draws are appended to a stream and never put between older ones, so that a seed keeps its meaning
// for as long as it can (kSwarmVersion says when it cannot). The swarm idea, that each run draws
// which kinds of trouble there are at all: A. Groce et al., "Swarm Testing", ISSTA 2012; that
// trouble ends and all must then be well: TigerBeetle's VOPR.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "node/node_options.h"
#include "sim/virtual/etcd.h"
#include "sim/virtual/network.h"
#include "sim/virtual/origin.h"

namespace ringlab {

// Of what a seed means. One more whenever an old seed draws something else.
inline constexpr std::uint32_t kSwarmVersion = 2;

struct Fault {
  enum class Kind : std::uint8_t {
    kKill,         // the process ends at once; it is started again afterwards
    kLeave,        // it says goodbye, drains and ends; likewise
    kUnlist,       // an operator takes it off everybody's list, and puts it back; or deletes its
                   // entry in etcd, and it does
    kFreeze,       // nothing of it runs, as after SIGSTOP
    kSlow,         // its work takes `amount` times as long
    kCut,          // between two nodes, both ways
    kCutOneWay,    // from one to the other
    kIsolate,      // between one and all others, the client too
    kLoss,         // of packets, everywhere: a fraction
    kFarAway,      // latencies are `amount` times as long, everywhere
    kSourceSlow,   // `amount` times
    kSourceFails,  // a fraction of the loads
    kSourceHangs,
    kEtcdCut,      // between one node and etcd
    kEtcdAway,     // between all nodes and etcd
    kEtcdFreeze,   // of one member of etcd, or of `amount`
    kEtcdSlow,     // their work takes `amount` times as long
    kEtcdWatch,    // every watch breaks
    kEtcdCompact,  // what was before cannot be watched any more
    kEtcdLease,    // a node's lease ends, by an operator
  };
  static constexpr std::size_t kKinds = 20;

  Kind kind = Kind::kKill;
  Duration at{};      // from the start of the traffic
  Duration length{};  // then it is mended
  std::size_t a = 0;  // a node, by its number
  std::size_t b = 0;  // another one, of cuts
  double amount = 1;
};

// "kill", "cut-one-way" …
std::string_view NameOf(Fault::Kind kind);

// "kill node-2 @3.2s for 1.5s".
std::string ToText(const Fault& fault);

// The load: operations at random times, of keys by a Zipf law.
struct SwarmLoad {
  double qps = 200;
  std::uint64_t keys = 50;
  double zipf_s = 0.9;
  double sets = 0.1;  // of the operations
  double removes = 0.02;
  double batches = 0.05;
  std::size_t batch = 4;  // keys of one
  double with_ttl = 0;    // of the sets
  Duration ttl = std::chrono::seconds(2);
  double hot_sets = 0;  // of the sets: copies from the first Get on
  double herds = 0;     // of the single Gets: every node is asked for the key at once
  std::size_t value_bytes = 40;
  Duration timeout = std::chrono::seconds(1);
};

struct SwarmPlan {
  std::uint64_t seed = 0;
  std::vector<std::string> names;
  NodeOptions node;
  NetworkLaw network;
  OriginLaw origin;
  std::optional<EtcdLaw> etcd = {};  // keeps the list of nodes
  SwarmLoad load;
  Duration told_apart{};      // a new list reaches one node so long after the other
  Duration trouble{};         // traffic lasts so long before everything is mended
  std::vector<Fault> faults;  // in order of time
  std::optional<std::uint64_t> requests_max = {};  // fewer than there would be

  // After the mending; then all must be well.
  static constexpr Duration kSettle = std::chrono::seconds(16);
};

// With `as_first` as version 1 drew it: the peers are a list, and there are no herds.
SwarmPlan DrawSwarm(std::uint64_t seed, bool as_first = false);

// Every drawn option, a line each, for people.
std::string ToText(const SwarmPlan& plan);

// Less of a plan, as a shrunk one is told: "71", "71/faults=0,4/requests=900", "71/version=1".
struct SwarmCase {
  std::uint64_t seed = 0;
  bool as_first = false;                                // /version=1
  std::optional<std::vector<std::size_t>> faults = {};  // those that stay, by their number
  std::optional<std::uint64_t> requests = {};
};
Result<SwarmCase> ParseSwarmCase(std::string_view text);
std::string ToText(const SwarmCase& of);

// kInvalidArgument for faults that the seed does not have.
Result<SwarmPlan> PlanOf(const SwarmCase& of);

}  // namespace ringlab
