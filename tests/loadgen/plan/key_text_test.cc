#include "loadgen/plan/key_text.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "core/source/published_sizes.h"

namespace ringlab {
namespace {

std::string KeyText(std::uint64_t index, const KeySizes& sizes) {
  std::string text = "before ";
  AppendKey(index, sizes, text);
  REQUIRE(text.starts_with("before key-"));
  return text.substr(7);
}

TEST_CASE("keys are filled up to their size, and stay apart") {
  REQUIRE(KeyText(17, {}) == "key-17");
  REQUIRE(KeyText(17, ParseKeySizes("10").value()) == "key-17....");
  REQUIRE(KeyText(1234567, ParseKeySizes("10").value()) == "key-1234567");
  const KeySizes sizes = ParseKeySizes("1-40").value();
  std::set<std::string> texts;
  std::set<std::size_t> lengths;
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    const std::string text = KeyText(i, sizes);
    REQUIRE(text == KeyText(i, sizes));
    REQUIRE(text.size() <= 40);
    texts.insert(text);
    lengths.insert(text.size());
  }
  REQUIRE(texts.size() == 5'000);
  // Most have four digits, so what is asked for below eight bytes is filled up already.
  for (std::size_t length = 8; length <= 40; ++length) REQUIRE(lengths.contains(length));
  REQUIRE(*lengths.begin() >= 5);
}

TEST_CASE("sizes of keys are read, and told as they are read") {
  for (const char* const text : {"1", "40", "16-255", "32767", "kvcache", "cdn", "graph"}) {
    const KeySizes sizes = ParseKeySizes(text).value();
    REQUIRE(sizes.is_given());
    REQUIRE(sizes.ToString() == text);
  }
  REQUIRE_FALSE(KeySizes().is_given());
  for (const char* const text : {"", "0", "5-4", "32768", "-5", "5-", "kv", "1.5", "4k"}) {
    const auto wrong = ParseKeySizes(text);
    CAPTURE(text);
    REQUIRE_FALSE(wrong);
    REQUIRE(wrong.error().message.starts_with("\"" + std::string(text) + "\": expected bytes"));
    REQUIRE(wrong.error().message.find("kvcache, cdn or graph") != std::string::npos);
  }
}

}  // namespace
}  // namespace ringlab
