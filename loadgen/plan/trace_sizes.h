// TraceSizes: which size the value of each key of a trace has: the first that is told.
//
// For a source that plays the trace's: 12 bytes a key in the index, up to 32 while it is made, and
// at most kKeysMax keys; of further ones nothing is known. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/source/size_index.h"

namespace ringlab {

class TraceSizes {
 public:
  static constexpr std::uint64_t kKeysMax = std::uint64_t{1} << 24;

  // As large as sets of a trace are written: with room for a version, and not beyond what a node
  // takes (DriverOptions::set_bytes_max).
  static constexpr std::uint64_t kSizeMin = 8;
  static constexpr std::uint64_t kSizeMax = std::uint64_t{16} << 20;

  explicit TraceSizes(std::uint64_t keys_max = kKeysMax) : keys_max_(keys_max) {}

  // A size of 0 says nothing.
  void Add(std::string_view key, std::uint64_t size);

  std::uint64_t keys() const { return keys_; }
  bool is_full() const { return keys_ == keys_max_; }

  // The bytes of a SizeIndex.
  std::string Encode() const;
  std::shared_ptr<const SizeIndex> Index() const;

 private:
  void Grow();

  const std::uint64_t keys_max_;
  std::uint64_t keys_ = 0;
  std::vector<SizeIndex::Entry> slots_;  // by hash, with linear probing; of size 0: empty
};

}  // namespace ringlab
