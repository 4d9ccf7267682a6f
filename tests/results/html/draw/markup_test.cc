#include "results/html/draw/markup.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

namespace ringlab::html {
namespace {

TEST_CASE("no name can end an element or an attribute") {
  CHECK(Escape("</script><img onerror='x'>") == "&lt;/script&gt;&lt;img onerror=&#39;x&#39;&gt;");
  CHECK(Escape("a\"b&c") == "a&quot;b&amp;c");
  CHECK(Escape("über, 鍵") == "über, 鍵");
}

TEST_CASE("a long name is cut between characters") {
  CHECK(Name("short<") == "short&lt;");
  std::string keys;
  for (std::size_t i = 0; i < kNameColumns; ++i) keys += "鍵";
  CHECK(Name(keys) == keys);
  CHECK(Name(keys + "x") == keys + "…");
}

TEST_CASE("bytes that are no text show as a replacement") {
  using std::string_literals::operator""s;
  CHECK(Escape("a\0b"s) ==
        "a\xef\xbf\xbd"
        "b");
  CHECK(Escape("\xff\xc0") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(Escape("\x1b[31m") == "\xef\xbf\xbd[31m");
  CHECK(Escape("a\nb\tc") == "a\nb\tc");
}

TEST_CASE("whatever the bytes are the escaped text has no markup") {
  rc::check("Escape", [](const std::string& text) {
    RC_ASSERT(Escape(text).find_first_of("<>\"'") == std::string::npos);
  });
}

TEST_CASE("decimals are short and never in another notation") {
  CHECK(Decimal(12.30, 2) == "12.3");
  CHECK(Decimal(1e15, 3) == "1000000000000000");
  CHECK(Decimal(-0.0001, 2) == "0");
  CHECK(Decimal(0.1 + 0.2, 6) == "0.3");
  CHECK(Decimal(100, 0) == "100");
  CHECK(Decimal(std::numeric_limits<double>::quiet_NaN(), 1) == "0");
  CHECK(Decimal(std::numeric_limits<double>::max(), 1).size() == 309);
}

TEST_CASE("attributes are escaped and the inside is not") {
  CHECK(Element("p", {{"class", "a\"b"}}, "<b>x</b>") == "<p class=\"a&quot;b\"><b>x</b></p>");
}

TEST_CASE("JSON in a script element cannot end it and stays the same JSON") {
  const nlohmann::ordered_json json{{"key", "</script><!--"}, {"n", 1}};
  const std::string text = ScriptSafe(json);
  CHECK(text.find('<') == std::string::npos);
  CHECK(nlohmann::ordered_json::parse(text) == json);
}

}  // namespace
}  // namespace ringlab::html
