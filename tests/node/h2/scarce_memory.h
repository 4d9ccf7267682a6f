// Memory that runs out now and then, for tests of H2Memory and of what stands on it.
#pragma once

#include <cstddef>
#include <cstdlib>

#include "core/base/random.h"

namespace ringlab {

// While one lives, one allocation of `one_in` fails. One at a time, in one thread.
class ScarceMemory {
 public:
  ScarceMemory(std::uint64_t seed, std::uint64_t one_in) : rng_(seed), one_in_(one_in) {
    present_ = this;
  }
  ~ScarceMemory() { present_ = nullptr; }
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;

  static void* Allocate(std::size_t bytes) {
    if (present_ != nullptr && present_->rng_.Below(present_->one_in_) == 0) {
      ++present_->failed_;
      return nullptr;
    }
    return std::malloc(bytes);
  }

  std::uint64_t failed() const { return failed_; }

 private:
  static inline ScarceMemory* present_ = nullptr;

  Rng rng_;
  std::uint64_t one_in_;
  std::uint64_t failed_ = 0;
};

}  // namespace ringlab
