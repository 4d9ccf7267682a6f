// Values that prove themselves: bytes derived from key, version and size alone, so that any reader
// can tell a right value from a foreign, torn, truncated or stale one without knowing the writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/item/value.h"

namespace ringlab {

// Versions are below this: a foreign value passes for some version with probability 2^-32.
inline constexpr std::uint64_t kSyntheticVersions = std::uint64_t{1} << 32;

// The value of `size` bytes of `key` at `version`. Under 8 bytes there is no room for a version:
// such values are always those of version 0.
Value MakeSyntheticValue(std::string_view key, std::uint64_t version, std::size_t size);

// The version that `bytes` is the synthetic value of, or nothing when it is no such value of `key`.
std::optional<std::uint64_t> SyntheticVersion(std::string_view key, std::string_view bytes);

}  // namespace ringlab
