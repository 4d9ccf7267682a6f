#include "node/sql/source_url.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace ringlab {
namespace {

TEST_CASE("a source's URL is taken apart and decoded") {
  const auto url =
      ParseSourceUrl("//tom:p%40ss%2fw%3a%25@db.example:3307/school?table=a+b&x=%E5%BC%A0&&flag")
          .value();
  REQUIRE(url.user == "tom");
  REQUIRE(url.password == "p@ss/w:%");
  REQUIRE(url.host == "db.example");
  REQUIRE(url.port == 3307);
  REQUIRE(url.path == "school");
  REQUIRE(url.parameters == std::vector<std::pair<std::string, std::string>>{
                                {"table", "a+b"}, {"x", "张"}, {"flag", ""}});
}

TEST_CASE("a source's URL may lack most parts") {
  REQUIRE(ParseSourceUrl("")->path.empty());
  REQUIRE(ParseSourceUrl("a/b.db")->path == "a/b.db");
  REQUIRE(ParseSourceUrl("/a/b.db?")->path == "/a/b.db");
  REQUIRE_FALSE(ParseSourceUrl("//tom@h/x")->password);
  REQUIRE(ParseSourceUrl("//tom:@h/x")->password == "");
  REQUIRE(ParseSourceUrl("//h")->host == "h");
  REQUIRE_FALSE(ParseSourceUrl("//h")->port);
  REQUIRE(ParseSourceUrl("//[::1]:5/x")->host == "::1");
  REQUIRE(ParseSourceUrl("//[::1]:5/x")->port == 5);
  REQUIRE(ParseSourceUrl("//a:b@c@h/x")->password == "b@c");  // the last one ends it
}

TEST_CASE("a URL that is wrong is refused without a word of its password") {
  for (const char* text :
       {"//u:secret%@h/d", "//u:secret%4@h/d", "//u:secret%zz@h/d", "//u:secret%00@h/d",
        "//u:secret@h:0/d", "//u:secret@h:65536/d", "//u:secret@h:/d", "//u:secret@h:1x/d",
        "//u:secret@h/d%", "//u:secret@h/d?%=1", "//u:secret/x@h:1/d", "//u:secret?x@h:1/d",
        "//u:1/secret@h/d", "//u:1?table=secret@h/d", "//u:secret/d", "//a@b:1/secret@h/d"}) {
    CAPTURE(text);
    const auto url = ParseSourceUrl(text);
    REQUIRE_FALSE(url);
    REQUIRE(url.error().code == Code::kInvalidArgument);
    REQUIRE(url.error().message.find("expected") != std::string::npos);
    REQUIRE(url.error().message.find("secret") == std::string::npos);
  }
  using namespace std::string_view_literals;
  for (const auto text : {"//u:p@h\0/d"sv, "a\0b"sv, "//u:p\0@h/d"sv, "a?x=\0"sv}) {
    REQUIRE(ParseSourceUrl(text).error().message.find("expected no NUL byte") == 0);
  }
  std::string many = "x?";
  for (int i = 0; i < 100; ++i) many += "a=b&";
  REQUIRE_FALSE(ParseSourceUrl(many));
}

TEST_CASE("any bytes come back from their escapes") {
  rc::check([](const std::string& user, const std::string& password) {
    RC_PRE(user.find('\0') == std::string::npos && password.find('\0') == std::string::npos);
    const auto url = ParseSourceUrl("//" + PercentEncoded(user) + ":" + PercentEncoded(password) +
                                    "@h/" + PercentEncoded(user) + "?" + PercentEncoded(user) +
                                    "=" + PercentEncoded(password));
    RC_ASSERT(url.has_value());
    RC_ASSERT(url->user == user);
    RC_ASSERT(url->password == password);
    RC_ASSERT(url->path == user);
  });
}

TEST_CASE("what is shown has no password however the text is spoilt") {
  REQUIRE(Redacted("mysql://tom:secret@h/d?table=x") == "mysql://tom:***@h/d?table=x");
  REQUIRE(Redacted("--source=mysql://tom:secret@h/d") == "--source=mysql://tom:***@h/d");
  REQUIRE(Redacted("mysql://tom@h/d") == "mysql://tom@h/d");
  REQUIRE(Redacted("sqlite:file?table=x") == "sqlite:file?table=x");
  REQUIRE(Redacted("synthetic:size=1") == "synthetic:size=1");
  REQUIRE(Redacted("mysql://h/d?password=secret&x=1") == "mysql://h/d?password=***");
  REQUIRE(Redacted("mysql//tom:secret@h/d") == "mysql//tom:***@h/d");
  REQUIRE(Redacted("postgresql:/tom:secret@h/d") == "postgresql:***@h/d");
  REQUIRE(Redacted("oracle://tom:secret@h/d") == "oracle:***@h/d");
  REQUIRE(Redacted("mysql://tom:secret/d") == "mysql://tom:***");
  REQUIRE(Redacted("mysql//tom:secret") == "mysql//tom:***");
  REQUIRE(Redacted("postgresql:/tom:secret/d") == "postgresql:/tom:***");
  REQUIRE(Redacted("mysql://tom@corp:secret/d") == "mysql://tom@corp:***");
  REQUIRE(Redacted("mysql://tom@h:33/d?x=1") == "mysql://tom@h:33/d?x=1");
  REQUIRE(Redacted("mysql://tom@[::1]:33/d") == "mysql://tom@[::1]:33/d");
  REQUIRE(Redacted("mysql://tom@[::1]/d") == "mysql://tom@[::1]/d");
  REQUIRE(Redacted("--targets=a=h:1,b=h:2") == "--targets=a=h:1,b=h:2");
  REQUIRE(Redacted("--source sqlite:/a/b.db") == "--source sqlite:/a/b.db");
  rc::check([](const std::string& noise) {
    RC_PRE(noise.find("tom") == std::string::npos);
    const std::string text = "mysql://tom:" + noise + "secret" + noise + "@h/d";
    RC_ASSERT(Redacted(text).find("secret") == std::string::npos);
  });
}

}  // namespace
}  // namespace ringlab
