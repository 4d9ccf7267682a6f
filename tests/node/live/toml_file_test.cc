#include "node/live/toml_file.h"

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

// "key=a,b;…" or the error.
std::string Read(std::string_view text) {
  const auto entries = ParseToml(text);
  if (!entries) return entries.error().message;
  std::string all;
  for (const TomlEntry& entry : *entries) {
    all += entry.key + '=';
    for (const std::string& value : entry.values) all += value + ',';
    all += ';';
  }
  return all;
}

TEST_CASE("lines of keys and values of every kind") {
  REQUIRE(Read("").empty());
  REQUIRE(Read("# nothing\n\n  \t# here").empty());
  REQUIRE(Read("name = \"a b\"") == "name=a b,;");
  REQUIRE(Read("b=1\na = -2.5 # c\n\tc_d-e=true\r\nf='\\n\"'\n") ==
          "b=1,;a=-2.5,;c_d-e=true,;f=\\n\",;");
  REQUIRE(Read("a = \"x # y\" # z") == "a=x # y,;");
  REQUIRE(Read(R"(a = "\"\\\t")") == "a=\"\\\t,;");
  REQUIRE(Read("a = []\nb = [1, 'x',]\nc = [ # d\n\"p,q\",\n  true ]\nd=4") ==
          "a=;b=1,x,;c=p,q,true,;d=4,;");
  REQUIRE(ParseToml("\n\na = [1,\n2]\nb = 1")->back().line == 5);
}

TEST_CASE("what is no setting is refused by line and key and without its value") {
  const std::string accepted = "expected a \"text\", a number, true or false, or a [list] of these";
  REQUIRE(Read("a = 1\nb = 2\na = 3") == "line 3: a comes twice; expected each key once");
  for (const char* no_value :
       {"source = mysql://me:secret@h/d", "source = ", "source =\n1", "source = 5s",
        "source = secret", "source", "source = \"secret", "source = \"secret\nb = 1",
        "source = 'se' 'cret'", "source = [1 2]", "source = [1,", "source = 1 secret"}) {
    const std::string said = Read(no_value);
    CAPTURE(no_value, said);
    REQUIRE(said.starts_with("line 1: source: "));
    REQUIRE(said.ends_with("; " + accepted));
    REQUIRE(said.find("secret") == std::string::npos);
  }
  for (const char* table : {"[a]\n", "a.b = 1", "a = {b = 1}"}) {
    REQUIRE(Read(table) == "line 1: a: a table; expected lines of KEY = VALUE alone");
  }
  for (const char* no_flag_takes :
       {"a = 2026-11-21", "a = [[1]]", "a = [1, {b = 2}]", "a = 12:00:00"}) {
    CAPTURE(no_flag_takes);
    REQUIRE(Read(no_flag_takes) == "line 1: a: " + accepted);
  }
  REQUIRE(Read(std::string_view("\0=1", 3)).starts_with("line 1: "));
  REQUIRE(Read("a = 1\n\xff = 2").starts_with("line "));
}

}  // namespace
}  // namespace ringlab
