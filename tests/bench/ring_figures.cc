#include <algorithm>
#include <memory>

#include "core/base/hash.h"
#include "core/ring/spec.h"
#include "tests/bench/exact_figures.h"

namespace ringlab {
namespace {

constexpr std::size_t kKeys = 20'000;

std::vector<std::string> OwnersOf(const Ring& ring) {
  std::vector<std::string> owners;
  for (std::size_t k = 0; k < kKeys; ++k) {
    owners.push_back(ring.nodes()[ring.OwnerOf("key-" + std::to_string(k))]);
  }
  return owners;
}

std::uint64_t Moved(const std::vector<std::string>& before, const Ring& after) {
  const std::vector<std::string> now = OwnersOf(after);
  std::uint64_t moved = 0;
  for (std::size_t k = 0; k < kKeys; ++k) moved += before[k] == now[k] ? 0 : 1;
  return moved;
}

void FiguresOf(std::string_view dialect, std::vector<ExactFigure>& figures) {
  std::vector<std::string> names;
  for (int i = 0; i < 8; ++i) names.push_back("node-" + std::to_string(i));
  const auto ring = BuildRing({std::string(dialect), 50}, EqualNodes(names)).value();
  const std::string name = "ring_" + std::string(dialect);
  const std::vector<std::string> owners = OwnersOf(*ring);
  std::uint64_t digest = 0;
  std::vector<std::uint64_t> owned(names.size());
  for (const std::string& owner : owners) {
    digest = Mix64(digest ^ HashKey(owner));
    ++owned[ring->IndexOf(owner)];
  }
  const auto add = [&](const char* what, std::uint64_t total) {
    figures.push_back({name + what, "figure", total});
  };
  add("_owners_digest", digest >> 16);  // 48 bits: exact in any reader of JSON
  add("_keys_of_busiest", *std::ranges::max_element(owned));
  add("_keys_of_idlest", *std::ranges::min_element(owned));
  if (const auto more = ring->With({.name = "node-8"})) add("_moved_by_add", Moved(owners, **more));
  if (const auto fewer = ring->Without("node-7")) add("_moved_by_remove", Moved(owners, **fewer));
  if (const auto arcs = ring->Arcs()) {
    const auto units = arcs->UnitsOf(names.size());
    // Of 2^24 parts of the circle, so that any reader of JSON holds it.
    add("_largest_arc_share",
        static_cast<std::uint64_t>((*std::ranges::max_element(units) << 24) / arcs->circle));
  }
}

}  // namespace

std::vector<ExactFigure> RingFigures() {
  std::vector<ExactFigure> figures;
  for (const std::string_view dialect : RingDialects()) FiguresOf(dialect, figures);
  return figures;
}

}  // namespace ringlab
