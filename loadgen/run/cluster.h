// Cluster: the nodes that a run asks, and who ends them.
//
// Three kinds: child processes of ours (the default: CPU and memory are then each one's own), nodes
// inside this process, and nodes that run already. All serve when the cluster is made, and those
// that we started end with it. Not thread-safe; making and ending one blocks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/engines/engines.h"
#include "node/node.h"

namespace ringlab {

struct ClusterOptions {
  std::uint64_t nodes = 3;  // named n0, n1, …
  RingSpec ring;
  std::vector<GroupSpec> groups;
  std::string source_text;  // for a command line, as "synthetic:size=100": without a password
  SourceSpec source;        // the same, with it
  std::uint64_t seed = 1;
  std::string program;                      // of a child: the path of cachenode
  std::vector<std::string> node_flags;      // of a child, as given: {"--policy=sieve", …}
  std::vector<std::string> security_flags;  // of a child, for `security`
  Security security;                        // of all nodes, and of who drives them
  EngineSpec engine;                        // likewise
};

class Cluster {
 public:
  virtual ~Cluster() = default;

  const std::vector<Peer>& peers() const { return peers_; }

  // True when each node has a process of its own.
  virtual bool separate() const = 0;

  // What went wrong with the nodes since the start, a sentence each.
  virtual std::vector<std::string> Problems() { return {}; }

  // Somebody waits for the end of this process: processes of ours are ended at once, or nearly.
  virtual void EndSoon() {}

 protected:
  std::vector<Peer> peers_;
};

Result<std::unique_ptr<Cluster>> StartChildren(const ClusterOptions& options);
Result<std::unique_ptr<Cluster>> StartInProcess(const ClusterOptions& options);
std::unique_ptr<Cluster> UseTargets(std::vector<Peer> targets);

// The ring of its nodes, all of one weight. An error when that kind cannot hold them.
Result<std::shared_ptr<const Ring>> RingOf(const RingSpec& spec, const Cluster& cluster);

}  // namespace ringlab
