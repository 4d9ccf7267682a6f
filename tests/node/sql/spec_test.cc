#include "node/sql/spec.h"

#include <rapidcheck.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "node/sql/dialect.h"
#include "node/sql/fill.h"

namespace ringlab {
namespace {

// A file name that is free, in the folder for such.
std::string SpecTemporaryName() {
  static int count = 0;
  return std::filesystem::temp_directory_path() /
         ("ringlab-sql-" + std::to_string(getpid()) + "-" + std::to_string(++count));
}

TEST_CASE("each database has its text") {
  const SqlSpec sqlite = ParseSqlSpec("sqlite:a%20b.db?table=T&key=K&value=V").value();
  REQUIRE(sqlite == SqlSpec{.file = "a b.db", .table = "T", .key = "K", .value = "V"});
  const SqlSpec mysql =
      ParseSqlSpec("mysql://tom:pw@localhost:33/school?table=s.t&threads=7&queue=9&timeout=150ms")
          .value();
  REQUIRE(mysql == SqlSpec{.database = Database::kMysql,
                           .port = 33,
                           .user = "tom",
                           .password = "pw",
                           .name = "school",
                           .table = "s.t",
                           .threads = 7,
                           .queue = 9,
                           .timeout = std::chrono::milliseconds(150)});
  REQUIRE(ParseSqlSpec("postgres://u@h/d") == ParseSqlSpec("postgresql://u@h/d"));
  REQUIRE(ParseSqlSpec("postgresql://u@h/d")->table == "Student");
}

TEST_CASE("what a spec shows is its text without the password") {
  for (const char* text :
       {"sqlite:a.db", "sqlite:/a%20b/c.db?table=T", "mysql://tom@127.0.0.1:33/school?key=k",
        "postgresql://u%40v@[::1]/d?threads=7&queue=9&timeout=150ms&not-found=no%20%7Bkey%7D",
        "postgresql://u@h/d?timeout=3s&password-file=p%2Fw", "mysql://u@h%40i%3Aj:1/d"}) {
    REQUIRE(ShownSpec(ParseSqlSpec(text).value()) == text);
  }
  REQUIRE(ShownSpec(ParseSqlSpec("mysql://tom:secret@h/d").value()) == "mysql://tom@h/d");
}

TEST_CASE("a wrong source names what would be right and no password") {
  const std::pair<const char*, const char*> wrong[] = {
      {"sqlite:", "expected sqlite:FILE"},
      {"sqlite://a.db", "expected sqlite:FILE"},
      {"sqlite:a\"b", "without quotes"},
      {"sqlite:a?table=1a", "table=\"1a\": expected letters"},
      {"sqlite:a?table=a.b.c", "SCHEMA.TABLE"},
      {"sqlite:a?table=a`b", "expected letters"},
      {"sqlite:a?key=a.b", "key=\"a.b\": expected letters"},
      {"sqlite:a?key=", "key=\"\": expected letters"},
      {"sqlite:a?value=a%20b", "expected letters"},
      {"sqlite:a?threads=0", "from 1 to 64"},
      {"sqlite:a?threads=65", "from 1 to 64"},
      {"sqlite:a?queue=x", "from 1 to"},
      {"sqlite:a?timeout=0", "from 1ms to 1h"},
      {"sqlite:a?tabel=x", "parameter \"tabel\": expected table="},
      {"sqlite:a?password-file=x", "parameter \"password-file\""},
      {"mysql://secret", "expected mysql://USER"},
      {"mysql://u:secret@h", "expected mysql://USER"},
      {"mysql://u:secret@h/", "expected mysql://USER"},
      {"mysql://u:secret@h/a/b", "expected mysql://USER"},
      {"mysql://:secret@h/a", "expected mysql://USER"},
      {"mysql:u:secret@h/a", "expected mysql://USER"},
      {"postgresql://u:secret@h/d?password=secret", "parameter \"password\""},
      {"oracle://u:secret@h/d", "expected sqlite:, mysql:// or postgresql://"},
  };
  for (const auto& [text, expected] : wrong) {
    CAPTURE(text);
    const auto spec = ParseSqlSpec(text);
    REQUIRE_FALSE(spec);
    REQUIRE(spec.error().code == Code::kInvalidArgument);
    REQUIRE_THAT(spec.error().message, Catch::Contains(expected));
    if (std::string_view(text).find(":secret") != std::string_view::npos &&
        std::string_view(text).find("//") != std::string_view::npos) {
      REQUIRE(spec.error().message.find("secret") == std::string::npos);
    }
  }
}

TEST_CASE("a password is in the text or a file or the environment and the nearest counts") {
  const SqlSpec bare = ParseSqlSpec("mysql://tom@h/d").value();
  unsetenv("MYSQL_PWD");
  unsetenv(kPasswordVariable);
  REQUIRE(WithPassword(bare)->password.empty());
  setenv("PGPASSWORD", "other", 1);
  REQUIRE(WithPassword(bare)->password.empty());
  setenv("MYSQL_PWD", "its own", 1);
  REQUIRE(WithPassword(bare)->password == "its own");
  setenv(kPasswordVariable, "ours", 1);
  REQUIRE(WithPassword(bare)->password == "ours");
  SqlSpec filed = bare;
  filed.password_file = SpecTemporaryName();
  REQUIRE_THAT(WithPassword(filed).error().message, Catch::Contains("cannot be read"));
  std::ofstream(filed.password_file) << "from the file\r\nand more\n";
  REQUIRE(WithPassword(filed)->password == "from the file");
  std::remove(filed.password_file.c_str());
  filed.password = "typed";
  REQUIRE(WithPassword(filed)->password == "typed");
  REQUIRE(WithPassword(ParseSqlSpec("sqlite:a").value())->password.empty());
  unsetenv(kPasswordVariable);
  unsetenv("MYSQL_PWD");
  unsetenv("PGPASSWORD");
}

TEST_CASE("statements bind keys and quote names") {
  SqlSpec spec = ParseSqlSpec("postgresql://u:it's%5C@h/d?table=s.order&key=key&value=v").value();
  REQUIRE(SelectText(spec) ==
          "SELECT \"v\", \"key\" FROM \"s\".\"order\" WHERE \"key\" = :key LIMIT 16");
  REQUIRE_THAT(ConnectText(spec), Catch::Contains("password='it\\'s\\\\'"));
  spec.database = Database::kMysql;
  REQUIRE(SelectText(spec) == "SELECT `v`, `key` FROM `s`.`order` WHERE `key` = :key LIMIT 16");
  REQUIRE(UpsertText(spec, 2, true) ==
          "INSERT INTO `s`.`order` (`key`, `v`) VALUES (:k0 , UNHEX(:v0 )), (:k1 , UNHEX(:v1 )) "
          "ON DUPLICATE KEY UPDATE `v` = VALUES(`v`)");
}

TEST_CASE("what a table is filled with has its text") {
  REQUIRE(ParseSqlFill("demo")->is_demo());
  REQUIRE(ParseSqlFill("100")->keys == 100);
  const SqlFill fill = ParseSqlFill("100,size=8-90,version=3,not-found=5%").value();
  REQUIRE(fill.values.size_max == 90);
  REQUIRE(fill.values.version == 3);
  REQUIRE(fill.values.not_found == Approx(0.05));
  for (const char* text : {"", "0", "-1", "demo,size=1", "10,latency=1ms", "10,error=5%", "10,x=1",
                           "99999999999999"}) {
    CAPTURE(text);
    REQUIRE_THAT(ParseSqlFill(text).error().message, Catch::Contains("expected demo, or a number"));
  }
}

}  // namespace
}  // namespace ringlab
