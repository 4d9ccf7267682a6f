// Roster: who is in a cluster whose peers are a list: those on it, without the ones that said
// goodbye. Not thread-safe.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "node/live/peers.h"

namespace ringlab {

class Roster {
 public:
  // Everybody on the list is here until they say otherwise.
  void SetPeers(std::vector<Peer> peers) {
    peers_ = std::move(peers);
    away_.clear();
  }

  // True when that changed who is present; kNotFound for a name that is not on the list.
  Result<bool> Hear(const std::string& name, bool leaving) {
    for (const Peer& peer : peers_) {
      if (peer.name != name) continue;
      return leaving ? away_.insert(name).second : away_.erase(name) > 0;
    }
    return Fail(Code::kNotFound, "\"" + name + "\" is no peer of this node");
  }

  const std::vector<Peer>& peers() const { return peers_; }

  std::vector<std::string> present() const {
    std::vector<std::string> names;
    for (const Peer& peer : peers_) {
      if (away_.count(peer.name) == 0) names.push_back(peer.name);
    }
    return names;
  }

 private:
  std::vector<Peer> peers_;
  std::set<std::string> away_;
};

}  // namespace ringlab
