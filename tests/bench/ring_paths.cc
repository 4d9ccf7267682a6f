// Finding an owner, and the hashes that rings and tables use.
#include <memory>
#include <string>
#include <utility>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/ring/spec.h"
#include "tests/bench/hot_path.h"

namespace ringlab {
namespace {

constexpr std::size_t kKeys = 1 << 12;  // a power of two
constexpr std::uint64_t kOps = 20'000;

std::vector<std::string> SomeKeys() {
  Rng rng(1);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) {
    keys.push_back("key-" + std::to_string(rng.Below(10'000'000)));
  }
  return keys;
}

RunOps Lookups(const std::string& dialect, int nodes) {
  std::vector<std::string> names;
  for (int i = 0; i < nodes; ++i) names.push_back("node-" + std::to_string(i));
  auto ring = BuildRing({dialect, 160}, EqualNodes(names)).value();
  return
      [ring = std::move(ring), keys = SomeKeys(), i = std::size_t{0}](std::uint64_t ops) mutable {
        for (; ops > 0; --ops) Keep(ring->OwnerOf(keys[i++ % kKeys]));
      };
}

template <class Hash>
RunOps Hashes(std::size_t bytes, Hash hash) {
  Rng rng(1);
  std::string text(bytes + kKeys, '\0');
  for (char& c : text) c = static_cast<char>('a' + rng.Below(26));
  return [text, bytes, hash, i = std::size_t{0}](std::uint64_t ops) mutable {
    const std::string_view all = text;
    for (; ops > 0; --ops) Keep(hash(all.substr(i++ % kKeys, bytes)));
  };
}

}  // namespace

std::vector<HotPath> RingPaths() {
  const auto lookup = [](const char* name, const char* dialect, int nodes, bool timed = false) {
    return HotPath{name, kOps, [=] { return Lookups(dialect, nodes); }, timed};
  };
  const auto key_hash = [](std::string_view key) { return HashKey(key); };
  return {lookup("ring_lookup_xx64", "xx64", 64, true),
          lookup("ring_lookup_crc32_prefix", "crc32-prefix", 64),
          lookup("ring_lookup_ketama", "ketama", 64),
          lookup("ring_lookup_maglev", "maglev", 64),
          lookup("ring_lookup_jump", "jump", 64),
          lookup("ring_lookup_rendezvous", "rendezvous", 8),
          lookup("ring_lookup_mpch", "mpch", 8),
          lookup("ring_lookup_anchor", "anchor", 64),
          {"hash_key_11", kOps, [=] { return Hashes(11, key_hash); }},
          {"hash_key_100", kOps, [=] { return Hashes(100, key_hash); }},
          {"hash_xx64_11", kOps,
           [] { return Hashes(11, [](std::string_view key) { return HashXx64(key, 0); }); }}};
}

}  // namespace ringlab
