// What one node tells of itself: its ring, its groups' counts, what its process uses.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/group/stats.h"

namespace ringlab {

struct NodeStats {
  std::string name;
  std::string version;

  struct {
    std::string dialect;
    std::uint32_t replicas = 0;
    std::vector<std::string> nodes;  // ascending
    std::uint64_t fingerprint = 0;
    std::uint64_t epoch = 0;
  } ring;

  std::vector<std::pair<std::string, GroupStats>> groups;  // by name

  struct {
    std::uint64_t pid = 0;
    Duration cpu{};  // user and system time since the process started
    std::uint64_t resident_bytes = 0;
  } process;
};

}  // namespace ringlab
