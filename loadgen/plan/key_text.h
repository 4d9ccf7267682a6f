// The texts of a plan's keys: "key-17", and how long they are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/source/size_table.h"

namespace ringlab {

// How many bytes a key has at least: decided by its number. Plain data.
struct KeySizes {
  std::size_t min = 0;  // uniform between the two; 0 and 0: as it comes
  std::size_t max = 0;
  const SizeTable* table = nullptr;  // the law instead

  bool is_given() const { return table != nullptr || max > 0; }
  std::size_t Of(std::uint64_t key_index) const;
  std::string ToString() const;  // as ParseKeySizes takes it
};

// "40", "16-255", or a table of core/source/published_sizes.h: "kvcache".
Result<KeySizes> ParseKeySizes(std::string_view text);

// Appends "key-" and the decimal index. Allocates only when `text` lacks the capacity.
void AppendKey(std::uint64_t key_index, std::string& text);

// The same, and dots up to the key's size. A text that is longer than that anyway stays whole: no
// two keys are the same.
void AppendKey(std::uint64_t key_index, const KeySizes& sizes, std::string& text);

}  // namespace ringlab
