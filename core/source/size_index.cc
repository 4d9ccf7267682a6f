#include "core/source/size_index.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

constexpr std::string_view kMagic = "ringlab sizes 1\n";
constexpr std::size_t kHeader = kMagic.size() + sizeof(std::uint64_t);
constexpr std::size_t kBytesOfKey = sizeof(std::uint64_t) + sizeof(std::uint32_t);

template <class T>
T NumberAt(std::string_view bytes, std::size_t at) {
  T number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

template <class T>
void AppendNumber(T number, std::string& bytes) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);
  bytes.append(raw, sizeof raw);
}

}  // namespace

std::uint64_t SizeIndex::HashOf(std::string_view key) {
  constexpr std::uint64_t kSeed = 3;  // apart from what else a synthetic source decides by its key
  return HashXx64(key, kSeed);
}

std::string SizeIndex::Encode(std::vector<Entry> entries) {
  std::ranges::sort(entries, {}, &Entry::hash);
  std::string bytes(kMagic);
  bytes.reserve(kHeader + entries.size() * kBytesOfKey);
  AppendNumber<std::uint64_t>(entries.size(), bytes);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    RL_CHECK(i == 0 || entries[i - 1].hash < entries[i].hash);
    AppendNumber(entries[i].hash, bytes);
  }
  for (const Entry& entry : entries) AppendNumber(entry.size, bytes);
  return bytes;
}

Result<std::shared_ptr<const SizeIndex>> SizeIndex::Read(std::string_view bytes,
                                                         std::shared_ptr<const void> owner) {
  constexpr const char* kExpected =
      "expected an index of sizes, as loadgen's --write-trace FILE,format=sizes writes it";
  if (!bytes.starts_with(kMagic) || bytes.size() < kHeader) {
    return Fail(Code::kInvalidArgument, kExpected);
  }
  const auto keys = NumberAt<std::uint64_t>(bytes, kMagic.size());
  const std::size_t rest = bytes.size() - kHeader;
  if (rest % kBytesOfKey != 0 || keys != rest / kBytesOfKey) {
    return Fail(Code::kInvalidArgument, std::string("is cut: ") + kExpected);
  }
  std::shared_ptr<const SizeIndex> index(new SizeIndex(bytes, keys, std::move(owner)));
  for (std::uint64_t i = 1; i < keys; ++i) {
    if (index->HashAt(i - 1) < index->HashAt(i)) continue;
    return Fail(Code::kInvalidArgument,
                std::string("is broken: its hashes do not rise; ") + kExpected);
  }
  return index;
}

std::uint64_t SizeIndex::HashAt(std::uint64_t at) const {
  return NumberAt<std::uint64_t>(bytes_, kHeader + at * sizeof(std::uint64_t));
}

std::optional<std::size_t> SizeIndex::Of(std::string_view key) const {
  const std::uint64_t hash = HashOf(key);
  std::uint64_t low = 0;
  std::uint64_t high = keys_;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (HashAt(middle) < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == keys_ || HashAt(low) != hash) return std::nullopt;
  const std::size_t sizes = kHeader + keys_ * sizeof(std::uint64_t);
  return NumberAt<std::uint32_t>(bytes_, sizes + low * sizeof(std::uint32_t));
}

}  // namespace ringlab
