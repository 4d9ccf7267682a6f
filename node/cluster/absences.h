// Absences: when the peers of a node came onto its ring, so that it can tell one whether it has
// been missed: others owned its keys meanwhile. Not thread-safe.
#pragma once

#include <map>
#include <string>

#include "core/base/time.h"
#include "core/ring/ring.h"

namespace ringlab {

class Absences {
 public:
  // The ring has changed.
  void Note(const Ring& before, const Ring& after, TimePoint now) {
    std::erase_if(came_,
                  [&after](const auto& peer) { return after.IndexOf(peer.first) == kNoNode; });
    for (const std::string& name : after.nodes()) {
      if (before.IndexOf(name) == kNoNode) came_[name] = now;
    }
  }

  // Whether the node was off this ring at any moment from `since` until now.
  bool Missed(const Ring& ring, const std::string& name, TimePoint since) const {
    if (ring.IndexOf(name) == kNoNode) return true;
    const auto came = came_.find(name);
    return came != came_.end() && came->second >= since;
  }

 private:
  std::map<std::string, TimePoint> came_;  // since the first ring
};

}  // namespace ringlab
