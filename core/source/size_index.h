// SizeIndex: how large the values of many keys are, as bytes that a file or several processes can
// share.
//
// The bytes: "ringlab sizes 1\n"; the number of keys (u64); the hash of each key (u64, rising); the
// size of each key's value (u32); little-endian. Immutable and thread-safe; a lookup reads some
// twenty of the bytes' pages and allocates nothing. Two keys of one hash have one size: of 2^24
// keys that befalls one pair in a hundred thousand indexes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringlab {

class SizeIndex {
 public:
  struct Entry {
    std::uint64_t hash = 0;  // HashOf(key)
    std::uint32_t size = 0;  // bytes
  };

  static std::uint64_t HashOf(std::string_view key);

  // In any order; no hash twice (checked).
  static std::string Encode(std::vector<Entry> entries);

  // `owner` keeps `bytes` where they are. kInvalidArgument for bytes that are no index.
  static Result<std::shared_ptr<const SizeIndex>> Read(std::string_view bytes,
                                                       std::shared_ptr<const void> owner);

  std::optional<std::size_t> Of(std::string_view key) const;

  std::uint64_t keys() const { return keys_; }
  std::string_view bytes() const { return bytes_; }

 private:
  SizeIndex(std::string_view bytes, std::uint64_t keys, std::shared_ptr<const void> owner)
      : bytes_(bytes), keys_(keys), owner_(std::move(owner)) {}

  std::uint64_t HashAt(std::uint64_t at) const;

  const std::string_view bytes_;
  const std::uint64_t keys_;
  const std::shared_ptr<const void> owner_;
};

}  // namespace ringlab
