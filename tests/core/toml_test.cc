#include "core/toml.h"

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
  REQUIRE(Read("a=1\nb = -2.5 # c\n\tc_d-e=true\r\nf='\\n\"'\n") ==
          "a=1,;b=-2.5,;c_d-e=true,;f=\\n\",;");
  REQUIRE(Read("a = \"x # y\" # z") == "a=x # y,;");
  REQUIRE(Read(R"(a = "\"\\\t")") == "a=\"\\\t,;");
  REQUIRE(Read("a = []\nb = [1, 'x',]\nc = [ # d\n\"p,q\",\n  true ]\nd=4") ==
          "a=;b=1,x,;c=p,q,true,;d=4,;");
  REQUIRE(ParseToml("\n\na = [1,\n2]\nb = 1")->back().line == 5);
}

TEST_CASE("what is no setting is refused by line and key and without its value") {
  const std::string values = ": expected a \"text\", a number, true or false, or a [list] of these";
  REQUIRE(Read("a = 1\nb = 2\na = 3") ==
          "line 3: a comes twice, first in line 1; expected each key once");
  REQUIRE(Read("a = 1\na = 1") == "line 2: a comes twice, first in line 1; expected each key once");
  REQUIRE(Read("\n[cache]\n") == "line 2: a [section]; expected lines of KEY = VALUE alone");
  REQUIRE(Read("x") == "line 1: x: expected KEY = VALUE");
  REQUIRE(Read("a.b = 1") == "line 1: a: expected KEY = VALUE");
  REQUIRE(Read("\"a\" = 1") == "line 1: expected KEY = VALUE");
  REQUIRE(Read(std::string_view("\0=1", 3)) == "line 1: expected KEY = VALUE");
  REQUIRE(Read("source = mysql://me:secret@h/d") == "line 1: source" + values);
  REQUIRE(Read("a = ") == "line 1: a" + values);
  REQUIRE(Read("a =\n1") == "line 1: a" + values);
  REQUIRE(Read("a = 5s") == "line 1: a" + values);
  REQUIRE(Read("a = 2026-11-21") == "line 1: a" + values);
  REQUIRE(Read("a = [[1]]") == "line 1: a" + values);
  REQUIRE(Read("a = [1,\n") == "line 2: a" + values);
  REQUIRE(Read("a = [1 2]") == "line 1: a: expected a comma or ] after a value of its list");
  REQUIRE(Read("a = \"1\" 2") ==
          "line 1: a: something follows its value; expected one value a line");
  REQUIRE(Read("a = \"\"\"x\"\"\"") ==
          "line 1: a: something follows its value; expected one value a line");
  for (const char* open : {"a = \"x", "a = \"x\nb = 1", "a = 'x\n'", "a = \"x\\\""}) {
    REQUIRE(Read(open) == "line 1: a: expected its text to end with a quote, in its line");
  }
  REQUIRE(Read(R"(a = "\u0041")") == R"(line 1: a: expected ", \, n, r or t after a backslash)");
  REQUIRE(Read("a = \"\\") == R"(line 1: a: expected ", \, n, r or t after a backslash)");
}

}  // namespace
}  // namespace ringlab
