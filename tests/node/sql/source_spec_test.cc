#include "node/sql/source_spec.h"

#include <rapidcheck.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "core/source/size_index.h"
#include "node/sql/source_url.h"

namespace ringlab {
namespace {

TEST_CASE("a source is synthetic or a database") {
  REQUIRE(std::get<SyntheticSpec>(ParseSource("synthetic:size=7").value()).size_min == 7);
  REQUIRE(std::get<SqlSpec>(ParseSource("sqlite:a").value()).file == "a");
  REQUIRE(ParseSyntheticSource("synthetic:size=7")->size_max == 7);
  REQUIRE_THAT(ParseSource("nothing:x").error().message,
               Catch::Contains("expected synthetic:SETTINGS") && Catch::Contains("sqlite:FILE") &&
                   Catch::Contains("postgresql://"));
  const std::string refusal = ParseSyntheticSource("mysql://u:secret@h/d").error().message;
  REQUIRE_THAT(refusal, Catch::Contains("a database is for cachenode and loadgen") &&
                            !Catch::Contains("secret"));
}

TEST_CASE("a synthetic source reads its sizes from a file") {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("ringlab-sizes-" + std::to_string(getpid())))
          .string();
  std::ofstream(file, std::ios::binary)
      << SizeIndex::Encode({{.hash = SizeIndex::HashOf("a"), .size = 77}});
  const auto spec = ParseSyntheticSource("synthetic:size=5,sizes=" + file);
  const auto other = ParseSource("synthetic:sizes=" + file);
  std::filesystem::resize_file(file, 30);
  const std::string cut = ParseSyntheticSource("synthetic:sizes=" + file).error().message;
  std::filesystem::resize_file(file, 0);
  const std::string empty = ParseSyntheticSource("synthetic:sizes=" + file).error().message;
  std::filesystem::remove(file);
  REQUIRE(spec.has_value());
  REQUIRE(spec->index->keys() == 1);
  REQUIRE(other.has_value());
  REQUIRE_THAT(cut, Catch::Contains("sizes=\"" + file + "\": is cut"));
  REQUIRE_THAT(empty, Catch::Contains("expected an index of sizes"));
  REQUIRE_THAT(ParseSource("synthetic:sizes=/nowhere/x").error().message,
               Catch::Contains("sizes=\"/nowhere/x\": No such file"));
  REQUIRE_THAT(ParseSource("synthetic:sizes=/").error().message,
               Catch::Contains("expected a regular file"));
  REQUIRE_THAT(ParseSource("synthetic:sizes=").error().message, Catch::Contains("sizes=FILE"));
}

TEST_CASE("a source is shown without its password even if it is wrong") {
  REQUIRE(ShownSource("synthetic:size=7") == "synthetic:size=7");
  REQUIRE(ShownSource("mysql://u:secret@h/d?key=k") == "mysql://u@h/d?key=k");
  REQUIRE(ShownSource("mysql://u:secret@h/d?wrong=1") == "mysql://u:***@h/d?wrong=1");
}

// All that is ever told of a source's text.
std::string ToldOf(const std::string& text) {
  std::string told = Redacted(text) + "\n" + Redacted("--source=" + text) + "\n";
  const auto source = ParseSource(text);
  told += source ? ShownSource(text) : source.error().message;
  if (const auto synthetic = ParseSyntheticSource(text); !synthetic) {
    told += "\n" + synthetic.error().message;
  }
  return told;
}

TEST_CASE("a password with any bytes in a damaged or sound text is never told") {
  const std::string core = "hUnT7eR";
  const std::vector<std::string> beginnings{"mysql://",
                                            "postgresql://",
                                            "postgres://",
                                            "mysql//",
                                            "mysql:/",
                                            "postgresql:/",
                                            "mysql:",
                                            "mysql:///",
                                            "//",
                                            "oracle://",
                                            "msql://",
                                            "MySQL://",
                                            "sqlite:",
                                            "sqlite://",
                                            "synthetic:",
                                            "synthetic:/",
                                            "mysql ://",
                                            ":mysql://",
                                            "\"mysql://",
                                            "",
                                            "http://mysql:",
                                            "mysql;//",
                                            "mysql://[",
                                            "mysql:mysql://"};
  const std::vector<std::string> ends{
      "@h:1/d",       "@h/d?table=x",  "@h",  "@",     "@h:x/d",     "@h:0/d", "@h/d?tabel=1",
      "@h/d?table=1", "@h/d?threads=", "@/d", "@h/d%", "@[::1]:5/d", "@h/a/b", "@h@/d",
      "@h/d?a=b@c"};
  rc::check([&](const std::string& user, const std::string& before, const std::string& after,
                bool escaped) {
    const auto pick = [](const std::vector<std::string>& from) {
      return *rc::gen::elementOf(from);
    };
    const auto noise = [&](const std::string& bytes) {
      return bytes +
             pick({"", "/", "?", "@", ":", "//", "?table=", "/x?not-found=", "1/", "%", " "});
    };
    const std::string password = noise(before) + core + noise(after);
    const std::string name = noise(user);
    const std::string text = pick(beginnings) + (escaped ? PercentEncoded(name) : name) + ":" +
                             (escaped ? PercentEncoded(password) : password) + pick(ends);
    const std::string told = ToldOf(text);
    RC_LOG() << text << "\n" << told << "\n";
    RC_ASSERT(told.find(core) == std::string::npos);
  });
}

TEST_CASE("a password whose host was forgotten is not told for a port") {
  for (const char* text :
       {"mysql://tom:hunter2/d", "postgresql://tom:hunter2", "mysql//tom:hunter2/d?table=x",
        "postgresql:/tom:hunter2/d", "mysql:tom:hunter2?table=1", "oracle://tom:hunter2/d",
        "synthetic://tom:hunter2", "postgresql://tom:hunter2/x@127.0.0.1:5432/db",
        "mysql://tom@corp:hunter2/db", "postgresql://tom:hunter2?x@127.0.0.1:5432/db"}) {
    CAPTURE(text);
    REQUIRE(ToldOf(text).find("unter") == std::string::npos);
  }
}

TEST_CASE("only a database can be filled") {
  const auto fill = ParseSqlFill("10").value();
  REQUIRE(ComplaintAboutFill(ParseSource("sqlite:a").value(), fill).empty());
  REQUIRE(ComplaintAboutFill(SyntheticSpec{}, std::nullopt).empty());
  REQUIRE_THAT(ComplaintAboutFill(SyntheticSpec{}, fill), Catch::Contains("expected a database"));
  REQUIRE(PrepareSource(SyntheticSpec{}, std::nullopt, {}) == 0);
}

}  // namespace
}  // namespace ringlab
