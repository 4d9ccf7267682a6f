// Descriptors: how many this process may have, and which of them connections leave alone.
//
// The kernel gives the lowest number that is free, so a connection whose number is high tells that
// the table is nearly full. What others open, a file, a database, a peer, then still finds a
// number. The functions are thread-safe.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>

namespace ringlab {

inline std::size_t DescriptorsMax() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

// Of `all`, those that are not for connections that others make.
inline std::size_t DescriptorsReserved(std::size_t all) {
  constexpr std::size_t kMin = 16;
  constexpr std::size_t kMax = 256;
  return std::min(std::clamp(all / 8, kMin, kMax), all / 4);
}

// Whether a connection that got this number takes one that is not for it.
inline bool IsReserved(int descriptor) {
  const std::size_t all = DescriptorsMax();
  return static_cast<std::size_t>(descriptor) >= all - DescriptorsReserved(all);
}

// How many connections a server may have: as many as it was told, or as it had when the table was
// nearly full, until most of them have gone. A few it may always have: who asks whether it is
// ready must be heard. For one thread.
class ConnectionRoom {
 public:
  explicit ConnectionRoom(std::size_t most) : most_(most), learned_(most) {}

  // A connection has come with this number, beside others: whether it is one too many.
  bool IsFull(int descriptor, std::size_t others) {
    if (IsReserved(descriptor)) {
      learned_ = std::min(learned_, std::max(others, kFew));
    } else if (others < learned_ - learned_ / 4) {
      learned_ = most_;
    }
    return others >= max();
  }

  std::size_t max() const { return std::min(most_, learned_); }
  bool is_short() const { return learned_ < most_; }  // of descriptors

 private:
  static constexpr std::size_t kFew = 4;

  const std::size_t most_;
  std::size_t learned_;
};

}  // namespace ringlab
