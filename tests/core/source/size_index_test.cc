#include "core/source/size_index.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/source/synthetic_source.h"

namespace ringlab {
namespace {

std::string KeyOf(int i) { return "user:" + std::to_string(i); }

std::string IndexOf(int keys) {
  std::vector<SizeIndex::Entry> entries;
  for (int i = 0; i < keys; ++i) {
    entries.push_back({.hash = SizeIndex::HashOf(KeyOf(i)), .size = static_cast<std::uint32_t>(i)});
  }
  return SizeIndex::Encode(std::move(entries));
}

TEST_CASE("an index knows the sizes of its keys, and of no others") {
  for (const int keys : {0, 1, 2, 1000}) {
    const std::string bytes = IndexOf(keys);
    const auto index = SizeIndex::Read(bytes, nullptr);
    REQUIRE(index.has_value());
    REQUIRE((*index)->keys() == static_cast<std::uint64_t>(keys));
    for (int i = 0; i < keys; ++i) {
      REQUIRE((*index)->Of(KeyOf(i)) == static_cast<std::size_t>(i));
    }
    REQUIRE_FALSE((*index)->Of(KeyOf(keys)));
    REQUIRE_FALSE((*index)->Of(""));
  }
}

TEST_CASE("bytes that are no index are refused") {
  const std::string good = IndexOf(10);
  std::string falling = good;
  std::swap(falling[24 + 7], falling[24 + 8 + 7]);  // the highest bytes of two hashes
  for (const std::string& bytes :
       {std::string(), std::string("ringlab sizes 1\n"), std::string(good.size(), 'x'),
        good.substr(0, good.size() - 1), good + "x", good + std::string(12, '\0'), falling}) {
    const auto index = SizeIndex::Read(bytes, nullptr);
    REQUIRE_FALSE(index);
    REQUIRE(index.error().code == Code::kInvalidArgument);
    REQUIRE(index.error().message.find("format=sizes") != std::string::npos);
  }
}

TEST_CASE("a synthetic source has an index's sizes, and its own for other keys") {
  const std::string bytes = IndexOf(50);
  SyntheticSpec spec = ParseSyntheticSpec("size=7,sizes=some-file").value();
  REQUIRE(spec.index_file == "some-file");
  REQUIRE(spec.index == nullptr);
  REQUIRE(SyntheticSize(spec, KeyOf(20)) == 7);
  spec.index = SizeIndex::Read(bytes, nullptr).value();
  REQUIRE(SyntheticSize(spec, KeyOf(20)) == 20);
  REQUIRE(SyntheticSize(spec, KeyOf(50)) == 7);
}

}  // namespace
}  // namespace ringlab
