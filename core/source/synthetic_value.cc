#include "core/source/synthetic_value.h"

#include <bit>
#include <cstring>

#include "core/base/check.h"
#include "core/base/hash.h"

namespace ringlab {

namespace {

static_assert(std::endian::native == std::endian::little, "words are laid out little-endian");

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

// The endless stream of words that a value is cut from: word 0 hides the version, the rest of the
// stream depends on it.
class Words {
 public:
  Words(std::string_view key, std::uint64_t version, std::size_t size)
      : mask_(MaskOf(key, size)), version_(version), seed_(Mix64(mask_ + version)) {}

  static std::uint64_t MaskOf(std::string_view key, std::size_t size) {
    return Mix64(HashXx64(key, size) + kGolden);
  }

  std::uint64_t operator[](std::size_t i) const {
    return i == 0 ? mask_ ^ version_ : Mix64(seed_ + i * kGolden);
  }

 private:
  std::uint64_t mask_;
  std::uint64_t version_;
  std::uint64_t seed_;
};

}  // namespace

Value MakeSyntheticValue(std::string_view key, std::uint64_t version, std::size_t size) {
  RL_CHECK(version < kSyntheticVersions);
  const Words words(key, size < kWord ? 0 : version, size);
  return Value::Make(size, [&](char* to) {
    // Of a size that the compiler knows, a copy is one instruction.
    const std::size_t whole = size / kWord;
    for (std::size_t i = 0; i < whole; ++i) {
      const std::uint64_t word = words[i];
      std::memcpy(to + i * kWord, &word, kWord);
    }
    const std::uint64_t last = words[whole];
    std::memcpy(to + whole * kWord, &last, size % kWord);
  });
}

std::optional<std::uint64_t> SyntheticVersion(std::string_view key, std::string_view bytes) {
  std::uint64_t version = 0;
  if (bytes.size() >= kWord) {
    std::memcpy(&version, bytes.data(), kWord);
    version ^= Words::MaskOf(key, bytes.size());
    if (version >= kSyntheticVersions) return std::nullopt;
  }
  const Words words(key, version, bytes.size());
  const std::size_t whole = bytes.size() / kWord;
  for (std::size_t i = 1; i < whole; ++i) {  // word 0 is where the version came from
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i * kWord, kWord);
    if (word != words[i]) return std::nullopt;
  }
  const std::uint64_t last = words[whole];
  const std::size_t left = bytes.size() % kWord;
  if (left > 0 && std::memcmp(bytes.data() + whole * kWord, &last, left) != 0) return std::nullopt;
  return version;
}

}  // namespace ringlab
