// Rings that the tests of sim build again and again.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/ring/spec.h"

namespace ringlab {

using Names = std::vector<std::string>;

inline Names Numbered(const std::string& prefix, int first, int count) {
  Names names;
  for (int i = 0; i < count; ++i) names.push_back(prefix + std::to_string(first + i));
  return names;
}

inline Names RandomNames(std::size_t count, Rng& rng) {
  Names names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(std::to_string(rng.Next()));
  return names;
}

inline std::shared_ptr<const Ring> RingOf(const RingSpec& spec, std::vector<RingNode> nodes) {
  const auto ring = BuildRing(spec, std::move(nodes));
  REQUIRE(ring);
  return *ring;
}

inline std::shared_ptr<const Ring> RingOf(const RingSpec& spec, const Names& names) {
  return RingOf(spec, EqualNodes(names));
}

}  // namespace ringlab
