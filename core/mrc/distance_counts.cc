#include "core/mrc/distance_counts.h"

#include <algorithm>

namespace ringlab {

double DistanceCounts::Beyond(std::uint64_t distance) const {
  const std::uint64_t most = std::min(distance, kMost);
  const std::size_t bucket = Buckets::IndexOf(most);
  const auto low = static_cast<double>(Buckets::LowestAt(bucket));
  const auto next = static_cast<double>(Buckets::LowestAt(bucket + 1));
  double beyond = counts_[bucket] * (next - 1 - static_cast<double>(most)) / (next - low);
  // From the far end: small counts are added up before large ones.
  double far = 0;
  for (std::size_t i = counts_.size() - 1; i > bucket; --i) far += counts_[i];
  return beyond + far;
}

}  // namespace ringlab
