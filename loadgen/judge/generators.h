// Several generators that send one plan together, as a result tells of them. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "loadgen/plan/shard.h"

namespace ringlab {

// One of several generators that send a plan together.
struct GeneratorResult {
  Shard shard = {};
  std::string host = {};
  std::string cpus = {};                    // of the host, that it may use: "0-3,8"; "" unknown
  std::string start_at = {};                // as all of them were told
  std::string ring = {};                    // the fingerprint of the ring that it measured by
  std::optional<Duration> start_skew = {};  // how late its sending threads began, the last one
  std::optional<Duration> skew_bound = {};  // what its clock may have been wrong by
  std::uint64_t sent = 0;                   // from here on in a merged result alone
  std::optional<std::int64_t> send_lag_p99 = {};  // ns
  double cpu_cores = 0;
};

}  // namespace ringlab
