// Peeks: whether asking a key's former owner is still worth it.
//
// After a change of the ring the new owner of a key asks the former one, which may have the value
// in memory. Where it never has, as when a whole cluster starts cold, that is a call in vain for
// each load: so many in a row, and it ends until the ring changes again. Thread-safe; a race may
// cost a few calls more.
#pragma once

#include <atomic>
#include <cstdint>

namespace ringlab {

class Peeks {
 public:
  explicit Peeks(std::uint32_t in_vain_max) : in_vain_max_(in_vain_max) {}

  // Once more, on the ring of this epoch?
  bool Worth(std::uint64_t epoch) {
    if (epoch_.exchange(epoch, std::memory_order_relaxed) != epoch) in_vain_.store(0);
    return in_vain_.load(std::memory_order_relaxed) < in_vain_max_;
  }

  void Report(bool found) {
    if (found) return in_vain_.store(0, std::memory_order_relaxed);
    in_vain_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  const std::uint32_t in_vain_max_;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::uint32_t> in_vain_{0};
};

}  // namespace ringlab
