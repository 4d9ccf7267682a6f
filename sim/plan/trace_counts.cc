#include "sim/plan/trace_counts.h"

#include <string>

namespace ringlab {

Result<std::vector<std::uint64_t>> CountGetsByOwner(Workload plan, std::uint64_t requests,
                                                    const Ring& ring) {
  std::vector<std::uint64_t> gets(ring.nodes().size());
  PlannedRequest request;
  std::string key;
  for (std::uint64_t i = 0; i < requests && plan.Next(request); ++i) {
    if (request.operation != Operation::kGet) continue;
    key.clear();
    AppendKey(request, {}, key);
    ++gets[ring.OwnerOf(key)];
  }
  if (plan.error()) return tl::unexpected<Error>(*plan.error());
  return gets;
}

}  // namespace ringlab
