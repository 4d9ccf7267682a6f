#include "core/ring/jump.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {

std::uint32_t JumpBucket(std::uint64_t key, std::uint32_t buckets) {
  RL_CHECK(buckets > 0 && buckets <= std::numeric_limits<std::int32_t>::max());
  std::int64_t bucket = -1;
  std::int64_t next = 0;
  while (next < buckets) {
    bucket = next;
    key = key * 2862933555777941757ULL + 1;
    // The next size of the cluster at which this key would move, drawn from its own sequence.
    next = static_cast<std::int64_t>(static_cast<double>(bucket + 1) *
                                     (0x1p31 / static_cast<double>((key >> 33) + 1)));
  }
  return static_cast<std::uint32_t>(bucket);
}

JumpRing::JumpRing(std::vector<RingNode> given)
    : Ring(kName, 1, std::move(given)), buckets_(nodes().size()) {
  std::iota(buckets_.begin(), buckets_.end(), NodeIndex{0});
  // Stable over nodes(), which ascend by bytes.
  std::stable_sort(buckets_.begin(), buckets_.end(), [this](NodeIndex a, NodeIndex b) {
    return nodes()[a].size() < nodes()[b].size();
  });
}

NodeIndex JumpRing::OwnerOf(std::string_view key) const {
  return buckets_[JumpBucket(HashXx64(key, 0), static_cast<std::uint32_t>(buckets_.size()))];
}

Result<std::shared_ptr<const Ring>> JumpRing::With(const RingNode& node) const {
  auto nodes = NodesWith(node, Weights::kOne);
  if (!nodes) return tl::unexpected(nodes.error());
  return std::make_shared<const JumpRing>(*std::move(nodes));
}

Result<std::shared_ptr<const Ring>> JumpRing::Without(std::string_view name) const {
  auto left = NodesWithout(name);
  if (!left) return tl::unexpected(left.error());
  const std::string& last = nodes()[buckets_.back()];
  if (name != last) {
    return Fail(Code::kFailedPrecondition, "remove node \"" + std::string(name) +
                                               "\" from the ring: jump can only remove its last "
                                               "node, which is \"" +
                                               last + "\"");
  }
  return std::make_shared<const JumpRing>(*std::move(left));
}

}  // namespace ringlab
