#include "sim/skew/movement.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringlab {
namespace {

// Where each node of one ring is on the other, or kNoNode.
std::vector<NodeIndex> PlacesOn(const Ring& other, const Ring& ring) {
  std::vector<NodeIndex> places;
  places.reserve(ring.nodes().size());
  for (const std::string& name : ring.nodes()) places.push_back(other.IndexOf(name));
  return places;
}

// Adds up what changed hands, in places of the hash space or in keys.
template <class Amount>
class Tally {
 public:
  Tally(const Ring& from, const Ring& to)
      : new_place_(PlacesOn(to, from)),
        old_place_(PlacesOn(from, to)),
        received_(to.nodes().size(), 0) {}

  void Add(Amount amount, NodeIndex was, NodeIndex is) {
    if (new_place_[was] == is) return;
    received_[is] += amount;
    if (new_place_[was] != kNoNode && old_place_[is] != kNoNode) spurious_ += amount;
  }

  void Fill(Amount whole, Movement& movement) const {
    const Amount moved = std::accumulate(received_.begin(), received_.end(), Amount{0});
    const auto fraction = [](Amount part, Amount of) {
      return static_cast<double>(part) / static_cast<double>(of);
    };
    movement.moved = fraction(moved, whole);
    movement.spurious = fraction(spurious_, whole);
    for (const Amount amount : received_) movement.recipients += amount > 0 ? 1 : 0;
    const Amount largest = *std::max_element(received_.begin(), received_.end());
    movement.largest_recipient = moved > 0 ? fraction(largest, moved) : 0;
  }

 private:
  std::vector<NodeIndex> new_place_;
  std::vector<NodeIndex> old_place_;
  std::vector<Amount> received_;  // by node of the new ring
  Amount spurious_ = 0;
};

// What grew, by ideal shares: on average no less can move.
void FillIdeal(const Ring& from, const Ring& to, Movement& movement) {
  constexpr double kRounding = 1e-12;
  const std::vector<double> before = IdealShares(from.weights());
  const std::vector<double> after = IdealShares(to.weights());
  for (NodeIndex i = 0; i < after.size(); ++i) {
    const NodeIndex was = from.IndexOf(to.nodes()[i]);
    const double grown = after[i] - (was == kNoNode ? 0 : before[was]);
    if (grown <= kRounding) continue;
    movement.ideal += grown;
    ++movement.recipients_possible;
  }
}

// Both rings' arcs, if places on them are comparable.
std::optional<std::pair<Partition, Partition>> CommonArcs(const Ring& from, const Ring& to) {
  if (from.dialect() != to.dialect()) return std::nullopt;
  std::optional<Partition> before = from.Arcs();
  if (!before) return std::nullopt;
  std::optional<Partition> after = to.Arcs();
  if (!after || before->circle != after->circle) return std::nullopt;
  return std::pair(*std::move(before), *std::move(after));
}

}  // namespace

Movement CompareRings(const Ring& from, const Ring& to, const Sampling& sampling) {
  Movement movement;
  FillIdeal(from, to, movement);
  if (const auto arcs = CommonArcs(from, to)) {
    Tally<Units> tally(from, to);
    WalkTogether(arcs->first, arcs->second,
                 [&](Units units, NodeIndex was, NodeIndex is) { tally.Add(units, was, is); });
    tally.Fill(arcs->first.circle, movement);
    return movement;
  }
  movement.sampled_keys = sampling.keys;
  Tally<std::uint64_t> tally(from, to);
  KeySample sample(sampling);
  for (std::uint64_t i = 0; i < sampling.keys; ++i) {
    const std::string_view key = sample.Next();
    tally.Add(1, from.OwnerOf(key), to.OwnerOf(key));
  }
  tally.Fill(sampling.keys, movement);
  return movement;
}

}  // namespace ringlab
