#include "loadgen/plan/key_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/hash.h"
#include "core/base/parse.h"
#include "core/source/published_sizes.h"
#include "loadgen/trace/record.h"

namespace ringlab {

std::size_t KeySizes::Of(std::uint64_t key_index) const {
  constexpr std::uint64_t kSeed = 0x6b65792d73697a65ULL;  // apart from what else follows from it
  const std::uint64_t bits = Mix64(Mix64(key_index + kSeed));
  if (table != nullptr) return table->At(static_cast<double>(bits >> 11) * 0x1.0p-53);
  return min + bits % (max - min + 1);
}

std::string KeySizes::ToString() const {
  if (table != nullptr) return std::string(table->name());
  return min == max ? std::to_string(min) : std::to_string(min) + "-" + std::to_string(max);
}

Result<KeySizes> ParseKeySizes(std::string_view text) {
  if (const SizeTable* const table = FindKeySizes(text)) return KeySizes{.table = table};
  const auto [low, high] = SplitOnce(text, '-');
  const auto min = ParseCount(low);
  const auto max = ParseCount(text.find('-') == std::string_view::npos ? low : high);
  if (min && max && *min >= 1 && *min <= *max && *max <= TraceRecord::kKeyMax) {
    return KeySizes{.min = *min, .max = *max};
  }
  return Fail(Code::kInvalidArgument,
              "\"" + std::string(text) + "\": expected bytes or LOW-HIGH from 1 to " +
                  std::to_string(TraceRecord::kKeyMax) + ", or " + PublishedSizeNames());
}

void AppendKey(std::uint64_t key_index, std::string& text) {
  std::array<char, 24> key{'k', 'e', 'y', '-'};  // and 2^64 - 1 has twenty digits
  const auto end = std::to_chars(key.data() + 4, key.data() + key.size(), key_index).ptr;
  text.append(key.data(), end);
}

void AppendKey(std::uint64_t key_index, const KeySizes& sizes, std::string& text) {
  const std::size_t begin = text.size();
  AppendKey(key_index, text);
  if (!sizes.is_given()) return;
  text.resize(std::max(text.size(), begin + sizes.Of(key_index)), '.');
}

}  // namespace ringlab
