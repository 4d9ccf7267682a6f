#include "results/hdr/base64.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

TEST_CASE("the vectors of RFC 4648") {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    REQUIRE(EncodeBase64(bytes) == text);
    REQUIRE(DecodeBase64(text) == std::string(bytes));
  }
  REQUIRE(EncodeBase64("\xfb\xff\xfe") == "+//+");
}

TEST_CASE("what is no base64 is refused") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zm 9", "Zm9v\n",
                           "Zh==", "Zm9=", "Zm9-", "Zm\xc3\xa9"}) {
    INFO(text);
    REQUIRE_FALSE(DecodeBase64(text).has_value());
  }
}

TEST_CASE("any bytes come back") {
  REQUIRE(rc::check("bytes", [] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_ASSERT(DecodeBase64(EncodeBase64(bytes)) == bytes);
  }));
  REQUIRE(rc::check("a text that is accepted is the one text for its bytes", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgwz09+/==")));
    const auto bytes = DecodeBase64(text);
    if (bytes) RC_ASSERT(EncodeBase64(*bytes) == text);
  }));
}

}  // namespace
}  // namespace ringlab
