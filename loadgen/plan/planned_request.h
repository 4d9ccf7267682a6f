// One request of a plan.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/time.h"
#include "loadgen/plan/operation.h"

namespace ringlab {

inline constexpr std::uint64_t kBatchMax = 10'000;  // keys

struct PlannedRequest {
  std::uint64_t index = 0;      // position in the plan, from 0
  Duration intended{};          // offset from the start of the run
  std::uint64_t rank = 0;       // popularity, 1 the highest; 0 for a key of the scan
  std::uint64_t key_index = 0;  // what AppendKey turns into the key's text; from `keys` on, scanned
  Operation operation = Operation::kGet;
  std::uint32_t further_keys = 0;  // of a get: how many more Workload::FurtherKeys tells

  // Of a trace. A key whose text key_index does not tell lasts until the plan's next request; its
  // key_index is a hash.
  std::string_view key = {};
  std::uint64_t size = 0;  // of the value, bytes; 0: the source decides
  Duration ttl{};          // of a set; 0: as the driver's options say
};

}  // namespace ringlab
