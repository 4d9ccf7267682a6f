// Absences: which peers a node has had off its ring, and whom it has promised not to take off for a
// moment, so that one without word of its own place can ask.
//
// A promise is a lease: who has one from every peer owns its keys until then, whatever etcd says.
// Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "core/base/time.h"
#include "core/ring/ring.h"

namespace ringlab {

class Absences {
 public:
  static constexpr Duration kPromise = std::chrono::seconds(1);

  // The ring has changed.
  void Note(const Ring& before, const Ring& after, TimePoint now) {
    const auto has_left = [&after](const auto& peer) {
      return after.IndexOf(peer.first) == kNoNode;
    };
    std::erase_if(came_, has_left);
    std::erase_if(promised_, has_left);
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

  // It stays on the ring until kPromise from now.
  void Promise(const std::string& name, TimePoint now) { promised_[name] = now + kPromise; }

  // From when on this may be the ring, as far as promises go.
  TimePoint MayBecome(const Ring& next) const {
    TimePoint when{};
    for (const auto& [name, until] : promised_) {
      if (next.IndexOf(name) == kNoNode) when = std::max(when, until);
    }
    return when;
  }

 private:
  std::map<std::string, TimePoint> came_;      // since the first ring
  std::map<std::string, TimePoint> promised_;  // until when; of the ring's nodes
};

}  // namespace ringlab
