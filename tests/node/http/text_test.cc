#include "node/http/text.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

const std::string kNul("a\0b", 3);

TEST_CASE("escapes stand for bytes, a plus for a space in forms alone") {
  REQUIRE(Unescape("a%20b%2Fc%2bd", Plus::kPlus) == "a b/c+d");
  REQUIRE(Unescape("a+b", Plus::kPlus) == "a+b");
  REQUIRE(Unescape("a+b", Plus::kSpace) == "a b");
  REQUIRE(Unescape("a%00b", Plus::kSpace) == kNul);
  REQUIRE(Unescape("%E7%8E%8B", Plus::kSpace) == "王");
  REQUIRE(Unescape("王", Plus::kSpace) == "王");  // as curl sends it
  REQUIRE(Unescape("", Plus::kSpace) == "");
}

TEST_CASE("what is no escape is refused") {
  for (const char* text : {"%", "%4", "a%zz", "%%20", "%-1", "100%"}) {
    const auto bytes = Unescape(text, Plus::kSpace);
    REQUIRE_FALSE(bytes);
    REQUIRE(bytes.error().code == Code::kInvalidArgument);
    REQUIRE(bytes.error().message.find("expected % and two") != std::string::npos);
  }
}

TEST_CASE("what is escaped comes back, whatever a plus means") {
  REQUIRE(Escape("a b/c+王~") == "a%20b%2Fc%2B%E7%8E%8B~");
  rc::check("any bytes", [](const std::string& bytes) {
    for (const Plus plus : {Plus::kPlus, Plus::kSpace}) {
      RC_ASSERT(Unescape(Escape(bytes), plus) == bytes);
    }
  });
}

TEST_CASE("a target is a path and a query") {
  const auto parts = [](std::string_view target) {
    const HttpTarget split = SplitTarget(target);
    return std::string(split.path) + " " + std::string(split.query);
  };
  REQUIRE(parts("/api?key=a?b#c") == "/api key=a?b");
  REQUIRE(parts("/api") == "/api ");
  REQUIRE(parts("?key=a") == "/ key=a");
  REQUIRE(parts("http://h:1/api?key=a") == "/api key=a");
  REQUIRE(parts("http://h:1?key=a") == "/ key=a");
  REQUIRE(parts("http://h:1") == "/ ");
  REQUIRE(parts("*") == "* ");
  REQUIRE(parts("") == " ");
}

TEST_CASE("a form is its fields in their order") {
  const auto form = ParseForm("key=a+b&value=%00&&empty=&key=second&flag&x=a=b");
  REQUIRE(form);
  REQUIRE(form->size() == 6);
  REQUIRE(*FindField(*form, "key") == "a b");
  REQUIRE(*FindField(*form, "value") == std::string(1, '\0'));
  REQUIRE(FindField(*form, "empty")->empty());
  REQUIRE(FindField(*form, "flag")->empty());
  REQUIRE(*FindField(*form, "x") == "a=b");
  REQUIRE(FindField(*form, "none") == nullptr);
  REQUIRE(ParseForm("")->empty());
  REQUIRE_FALSE(ParseForm("a=%g1"));
  REQUIRE_FALSE(ParseForm("%=1"));
}

TEST_CASE("a form has a bounded number of fields") {
  std::string text;
  for (std::size_t i = 0; i < kFormFieldsMax; ++i) text += "a=1&";
  REQUIRE(ParseForm(text)->size() == kFormFieldsMax);
  REQUIRE_FALSE(ParseForm(text + "a=1"));
}

TEST_CASE("a form that was written is read back") {
  rc::check("any fields", [](const std::vector<std::pair<std::string, std::string>>& fields) {
    RC_PRE(fields.size() <= kFormFieldsMax);
    std::string text;
    for (const auto& [name, value] : fields) text += Escape(name) + '=' + Escape(value) + '&';
    RC_ASSERT(ParseForm(text) == fields);
  });
}

TEST_CASE("a peer's path is a group and a key") {
  const auto path = ParsePeerPath("sco%2Fres/a+b%2Fc/d%2Be");
  REQUIRE(path);
  REQUIRE(path->group == "sco/res");
  REQUIRE(path->key == "a b/c/d+e");
  REQUIRE(ParsePeerPath("g/")->key.empty());
  REQUIRE(ParsePeerPath("g").error().message == "bad request");
  REQUIRE_FALSE(ParsePeerPath(""));
  REQUIRE_FALSE(ParsePeerPath("g/%"));
  REQUIRE_FALSE(ParsePeerPath("%/k"));
}

}  // namespace
}  // namespace ringlab
