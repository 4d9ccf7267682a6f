// OtherRings: peers that route by another ring than this node. Soon after a change of the ring that
// passes; with other flags on two nodes it lasts, and each key may have two owners.
//
// Thread-safe. Hits are not compared: they would pay for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/counter.h"
#include "core/base/sync.h"

namespace ringlab {

class OtherRings {
 public:
  struct Last {
    std::string node = {};
    std::uint64_t fingerprint = 0;  // 0: nobody yet
  };

  // A request of `node` came by the ring `theirs`; 0 for unknown.
  void Compare(std::string_view node, std::uint64_t theirs, std::uint64_t ours) {
    if (theirs == 0 || theirs == ours) return;
    requests_.Add();
    const MutexLock lock(mutex_);
    last_ = {.node = std::string(node), .fingerprint = theirs};
  }

  std::uint64_t requests() const { return requests_.value(); }
  Last last() const RL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return last_;
  }

 private:
  Counter requests_;
  mutable Mutex mutex_;
  Last last_ RL_GUARDED_BY(mutex_);
};

}  // namespace ringlab
