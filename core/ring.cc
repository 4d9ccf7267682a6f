#include "core/ring.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "core/hash.h"

namespace ringlab {
namespace {

// Little-endian on every machine: fingerprints cross the wire.
void AppendNumber(std::string& bytes, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(value >> shift));
}

// Every string goes in behind its length, so that no two rings have the same bytes.
std::uint64_t Fingerprint(std::string_view dialect, std::uint32_t replicas,
                          const std::vector<std::string>& names) {
  std::string bytes;
  AppendNumber(bytes, dialect.size());
  bytes += dialect;
  AppendNumber(bytes, replicas);
  AppendNumber(bytes, names.size());
  for (const std::string& name : names) {
    AppendNumber(bytes, name.size());
    bytes += name;
  }
  return HashXx64(bytes, 0);
}

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Ring::Ring(std::string_view dialect, std::uint32_t replicas, std::vector<std::string> names)
    : dialect_(dialect),
      replicas_(replicas),
      nodes_(Sorted(std::move(names))),
      fingerprint_(Fingerprint(dialect_, replicas_, nodes_)) {
  RL_CHECK(!nodes_.empty());
  RL_CHECK(nodes_.size() < kNoNode);
  RL_CHECK(std::adjacent_find(nodes_.begin(), nodes_.end()) == nodes_.end());
}

NodeIndex Ring::IndexOf(std::string_view name) const {
  const auto at = std::lower_bound(nodes_.begin(), nodes_.end(), name);
  if (at == nodes_.end() || *at != name) return kNoNode;
  return static_cast<NodeIndex>(at - nodes_.begin());
}

}  // namespace ringlab
