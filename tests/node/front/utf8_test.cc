#include "node/front/utf8.h"

#include <catch2/catch.hpp>
#include <string>

namespace ringlab {
namespace {

TEST_CASE("UTF-8 stays, and other bytes are shown") {
  for (const std::string text : {"", "n0", "王五", "é", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(AsUtf8(text) == text);
  }
  CHECK(AsUtf8("a\xff") == "a\\xff");
  CHECK(AsUtf8("\xc3") == "\\xc3");                               // cut
  CHECK(AsUtf8("\xc0\x80") == "\\xc0\\x80");                      // longer than it need be
  CHECK(AsUtf8("\xed\xa0\x80") == "\\xed\\xa0\\x80");             // half of a pair
  CHECK(AsUtf8("\xf4\x90\x80\x80x") == "\\xf4\\x90\\x80\\x80x");  // beyond the last
  CHECK(AsUtf8("\xe4\xb8x") == "\\xe4\\xb8x");
}

}  // namespace
}  // namespace ringlab
