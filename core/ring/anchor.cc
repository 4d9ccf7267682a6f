#include "core/ring/anchor.h"

#include <algorithm>
#include <bit>
#include <memory>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {
namespace {

constexpr std::uint32_t kMinDefaultCapacity = 16;

std::uint32_t Below(std::uint64_t hash, std::uint32_t bound) {
  return static_cast<std::uint32_t>((Units{hash} * bound) >> 64);
}

std::uint64_t Draw(std::uint64_t key, std::uint32_t bucket) {
  return Mix64(key + (std::uint64_t{bucket} + 1) * 0x9e3779b97f4a7c15ULL);
}

std::string DialectOf(std::size_t capacity) {
  return std::string(AnchorRing::kName) + ":" + std::to_string(capacity);
}

template <class Home>
std::vector<RingNode> NodesOf(const std::vector<Home>& homes) {
  std::vector<RingNode> nodes;
  nodes.reserve(homes.size());
  for (const Home& home : homes) nodes.push_back({.name = home.name});
  return nodes;
}

}  // namespace

std::uint32_t AnchorRing::DefaultCapacity(std::size_t nodes) {
  RL_CHECK(nodes <= kMaxCapacity);
  const auto doubled = std::bit_ceil(2 * static_cast<std::uint32_t>(nodes));
  return std::clamp(doubled, kMinDefaultCapacity, kMaxCapacity);
}

AnchorRing::AnchorRing(std::uint32_t capacity, std::vector<RingNode> nodes)
    : AnchorRing(FirstState(capacity, std::move(nodes))) {}

AnchorRing::State AnchorRing::FirstState(std::uint32_t capacity, std::vector<RingNode> nodes) {
  RL_CHECK(capacity <= kMaxCapacity && nodes.size() <= capacity);
  std::sort(nodes.begin(), nodes.end(),
            [](const RingNode& a, const RingNode& b) { return a.name < b.name; });
  State state{.buckets = std::vector<Bucket>(capacity), .removed = {}, .homes = {}};
  for (std::uint32_t b = 0; b < capacity; ++b) state.buckets[b] = {.left = 0, .successor = b};
  // As if the others had been removed one by one from the end.
  const auto working = static_cast<std::uint32_t>(nodes.size());
  for (std::uint32_t b = capacity; b-- > working;) {
    state.buckets[b].left = b;
    state.removed.push_back(b);
  }
  for (std::uint32_t b = 0; b < working; ++b) {
    state.homes.push_back({.name = std::move(nodes[b].name), .bucket = b});
  }
  return state;
}

// The order of removals decides the buckets' contents, so these words tell every state apart.
std::vector<std::uint64_t> AnchorRing::WordsOf(const State& state) {
  std::vector<std::uint64_t> words;
  words.reserve(state.buckets.size());
  for (const Home& home : state.homes) words.push_back(home.bucket);
  words.insert(words.end(), state.removed.begin(), state.removed.end());
  return words;
}

AnchorRing::AnchorRing(State state)
    : Ring(DialectOf(state.buckets.size()), 1, NodesOf(state.homes), WordsOf(state)),
      buckets_(std::move(state.buckets)),
      removed_(std::move(state.removed)),
      owners_(buckets_.size(), kNoNode) {
  for (NodeIndex node = 0; node < state.homes.size(); ++node) {
    owners_[state.homes[node].bucket] = node;
  }
}

NodeIndex AnchorRing::OwnerOf(std::string_view key) const {
  const std::uint64_t hash = HashXx64(key, 0);
  std::uint32_t bucket = Below(hash, capacity());
  while (const std::uint32_t left = buckets_[bucket].left) {
    std::uint32_t next = Below(Draw(hash, bucket), left);
    // What was removed before `bucket` was no choice then: its successor stood in its place.
    while (buckets_[next].left >= left) next = buckets_[next].successor;
    bucket = next;
  }
  return owners_[bucket];
}

AnchorRing::State AnchorRing::StateNow() const {
  State state{.buckets = buckets_, .removed = removed_, .homes = {}};
  state.homes.resize(nodes().size());
  for (std::uint32_t bucket = 0; bucket < capacity(); ++bucket) {
    const NodeIndex owner = owners_[bucket];
    if (owner != kNoNode) state.homes[owner] = {.name = nodes()[owner], .bucket = bucket};
  }
  return state;
}

Result<std::shared_ptr<const Ring>> AnchorRing::With(const RingNode& node) const {
  const auto allowed = NodesWith(node, Weights::kOne);
  if (!allowed) return tl::unexpected(allowed.error());
  if (removed_.empty()) {
    return Fail(Code::kResourceExhausted,
                "add node \"" + node.name + "\" to the ring: it has capacity for " +
                    std::to_string(capacity()) + " nodes and as many are there");
  }
  State state = StateNow();
  const std::uint32_t bucket = state.removed.back();
  state.removed.pop_back();
  state.buckets[bucket] = {.left = 0, .successor = bucket};
  const auto after =
      std::lower_bound(state.homes.begin(), state.homes.end(), node.name,
                       [](const Home& home, const std::string& name) { return home.name < name; });
  state.homes.insert(after, {.name = node.name, .bucket = bucket});
  return std::shared_ptr<const Ring>(new AnchorRing(std::move(state)));
}

Result<std::shared_ptr<const Ring>> AnchorRing::Without(std::string_view name) const {
  const auto allowed = NodesWithout(name);
  if (!allowed) return tl::unexpected(allowed.error());
  State state = StateNow();
  const auto working = static_cast<std::uint32_t>(state.homes.size());
  const auto home = state.homes.begin() + IndexOf(name);
  const std::uint32_t bucket = home->bucket;
  // The bucket in the last of the working places takes this one's.
  std::uint32_t successor = working - 1;
  while (state.buckets[successor].left >= working) successor = state.buckets[successor].successor;
  state.buckets[bucket] = {.left = working - 1, .successor = successor};
  state.removed.push_back(bucket);
  state.homes.erase(home);
  return std::shared_ptr<const Ring>(new AnchorRing(std::move(state)));
}

std::size_t AnchorRing::bytes() const {
  return buckets_.capacity() * sizeof(buckets_[0]) + owners_.capacity() * sizeof(owners_[0]) +
         removed_.capacity() * sizeof(removed_[0]);
}

}  // namespace ringlab
