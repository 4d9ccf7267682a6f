#include "node/node_by_etcd.h"

#include <utility>

namespace ringlab {

EtcdCluster::Calls CallsOf(Node& node,
                           std::function<void(std::size_t nodes, const Result<void>&)> joined,
                           std::function<void(const Said&)> say) {
  return {
      .joined = [&node, joined = std::move(joined)](
                    const std::vector<Peer>& peers) { joined(peers.size(), node.SetPeers(peers)); },
      .say = std::move(say),
      .missed = [&node] { node.StepAside(); },
      .ask_missed =
          [&node](Function<void(bool)> missed) { node.tenure().AskOnce(std::move(missed)); },
      .sure =
          [&node](TimePoint asked, TimePoint until) {
            node.tenure().Renewed(asked, until);
            return node.aside();
          }};
}

}  // namespace ringlab
