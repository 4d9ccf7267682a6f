#include "node/sql/source.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>

#include "core/source/synthetic_value.h"
#include "node/sql/fill.h"
#include "node/sql/source_spec.h"
#include "node/sql/trouble.h"
#include "tests/contract/source_contract.h"

namespace ringlab {
namespace {

// A file name that is free, in the folder for such.
std::string TemporaryName() {
  static int count = 0;
  return std::filesystem::temp_directory_path() /
         ("ringlab-sql-" + std::to_string(getpid()) + "-" + std::to_string(++count));
}

// An SQLite file of its own, with the Student table in it.
class Students {
 public:
  Students() { REQUIRE(FillTable(spec(), SqlFill{}, {}) == 16); }
  ~Students() { std::filesystem::remove(file_); }

  const std::string& file() const { return file_; }
  SqlSpec spec(const std::string& parameters = "") const {
    return ParseSqlSpec("sqlite:" + file_ + "?" + parameters).value();
  }

 private:
  const std::string file_ = TemporaryName();
};

Result<Value> Get(Source& source, const std::string& key) {
  std::promise<Result<Value>> answer;
  source.Load(key, [&](Result<Value> value) { answer.set_value(std::move(value)); });
  return answer.get_future().get();
}

// RINGLAB_CONTRACT_SOURCE names another database, for whoever has started one.
class DatabaseFixture {
 public:
  DatabaseFixture() {
    const char* const text = std::getenv("RINGLAB_CONTRACT_SOURCE");
    SqlSpec spec;
    if (text == nullptr) {
      spec = students_.emplace().spec();
    } else {
      spec = std::get<SqlSpec>(ParseSource(text).value());
      REQUIRE(FillTable(spec, SqlFill{}, {}));
    }
    source_.emplace(spec, 1);
  }

  Source& source() { return *source_; }
  std::string present_key() const { return "Tom"; }
  std::string absent_key() const { return "NotExist"; }
  void AdvanceBy(Duration) {}
  void End() { source_.reset(); }

 private:
  std::optional<Students> students_;
  std::optional<SqlSource> source_;
};

TEST_CASE("a database keeps the source contract") {
  DatabaseFixture fixture;
  CheckSourceContract(fixture);
}

TEST_CASE("the Student table answers as the reference systems do") {
  const Students students;
  SqlSource source(students.spec(), 1);
  REQUIRE(Get(source, "Tom")->view() == "630");
  REQUIRE(Get(source, "张三")->view() == "100");
  REQUIRE(Get(source, "scores张三")->view() == "100");
  REQUIRE(Get(source, "NotExist").error() == Error{Code::kNotFound, "NotExist not exist"});
  SqlSource other(students.spec("not-found=record%20not%20found"), 1);
  REQUIRE(Get(other, "NotExist").error() == Error{Code::kNotFound, "record not found"});
}

TEST_CASE("no key is pasted into a statement or taken for another") {
  const Students students;
  SqlSource source(students.spec(), 1);
  for (const std::string& key :
       {std::string("' OR ''='"), std::string("Tom\0", 4), std::string("\0", 1), std::string(),
        std::string("tom"), std::string("Tom "), std::string("\xff\xfe"), std::string(10'000, 'x'),
        std::string("x'); DROP TABLE Student; --")}) {
    const auto value = Get(source, key);
    REQUIRE_FALSE(value);
    REQUIRE(value.error().code == Code::kNotFound);
  }
  REQUIRE(Get(source, "Tom")->view() == "630");
  REQUIRE(source.stats().queries == 10);
  REQUIRE(source.stats().failures == 0);
}

TEST_CASE("what was filled proves itself and filling again changes nothing") {
  const Students students;
  const SqlSpec spec = students.spec("table=Keys");
  const SqlFill fill = ParseSqlFill("12345,size=0-300,version=7,not-found=10%").value();
  std::uint64_t shown = 0;
  const auto written = FillTable(spec, fill, [&](std::uint64_t done, std::uint64_t all) {
    REQUIRE(done > shown);
    REQUIRE(all == 12345);
    shown = done;
  });
  REQUIRE(written);
  REQUIRE(*written > 10'500);
  REQUIRE(*written < 11'700);
  REQUIRE(shown == 12345);
  REQUIRE(FillTable(spec, fill, {}) == 0);
  SqlSource source(spec, 1);
  for (int i = 0; i < 200; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const auto value = Get(source, key);
    REQUIRE(value.has_value() == SyntheticExists(fill.values, key));
    if (!value) continue;
    REQUIRE(value->size() == SyntheticSize(fill.values, key));
    REQUIRE(SyntheticVersion(key, value->view()) == (value->size() < 8 ? 0 : 7));
  }
  REQUIRE(FillTable(spec, SqlFill{}, {}) == 0);  // demo rows go into an empty table only
}

TEST_CASE("several may fill a table at once") {
  const Students students;
  const SqlSpec spec = students.spec("table=Keys");
  const SqlFill fill = ParseSqlFill("6000,size=50").value();
  std::vector<std::thread> threads;
  std::atomic<int> filled{0};
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] { filled += FillTable(spec, fill, {}).has_value() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(filled == 3);
  SqlSource source(spec, 1);
  REQUIRE(SyntheticVersion("key-5999", Get(source, "key-5999")->view()) == 0);
}

TEST_CASE("what is missing is told before a node starts") {
  const Students students;
  REQUIRE(TrySqlSource(students.spec()));
  for (const char* parameters : {"table=Missing", "key=missing", "value=missing"}) {
    const auto tried = TrySqlSource(students.spec(parameters));
    REQUIRE(tried.error().code == Code::kFailedPrecondition);
    REQUIRE_THAT(tried.error().message, Catch::Contains("issing") && Catch::Contains("sqlite:") &&
                                            !Catch::Contains("backend"));
  }
  const auto no_file = TrySqlSource(ParseSqlSpec("sqlite:no/such/file").value());
  REQUIRE(no_file.error().message == "connect to sqlite:no/such/file: there is no such file");
  const auto nobody = TrySqlSource(ParseSqlSpec("mysql://u:secret@127.0.0.1:1/d").value());
  REQUIRE(nobody.error().code == Code::kUnavailable);
  REQUIRE_THAT(nobody.error().message, Catch::Contains("connect to mysql://u@127.0.0.1:1/d: ") &&
                                           !Catch::Contains("secret"));
  const auto none = TrySqlSource(ParseSqlSpec("postgresql://u:secret@127.0.0.1:1/d").value());
  REQUIRE(none.error().code == Code::kUnavailable);
}

TEST_CASE("callers are told the reason without where the database is and as whom it is asked") {
  const std::pair<const char*, const char*> told[] = {
      {"Can't connect to server on '127.0.0.1' (115)", "Can't connect to server on '...' (115)"},
      {"Access denied for user 'ringlab'@'localhost' (using password: YES)",
       "Access denied for user '...'@'...' (using password: YES)"},
      {"connection to server at \"db.example\" (10.0.0.7), port 5433 failed: Connection refused",
       "connection to server at \"...\" (...), port ... failed: Connection refused"},
      {"SELECT command denied to user 'u'@'h' for table `d`.`t`",
       "SELECT command denied to user '...'@'...' for table `...`.`...`"},
      {"no such table: Missing", "no such table: Missing"},
      {"support is not there", "support is not there"},
      {"port 5", "port ..."},
      {"an 'open quote", "an '...'"},
      {"", ""}};
  for (const auto& [said, shown] : told) REQUIRE(WithoutNames(said) == shown);
}

TEST_CASE("while a database is away loads fail at once and attempts are few") {
  SqlSource source(ParseSqlSpec("postgresql://u@127.0.0.1:1/d?threads=1").value(), 1);
  for (int i = 0; i < 50; ++i) {
    const auto value = Get(source, "Tom");
    REQUIRE(value.error().code == Code::kUnavailable);
    REQUIRE_THAT(value.error().message,
                 Catch::StartsWith("load \"Tom\": connect to postgresql: ") &&
                     !Catch::Contains("//") && !Catch::Contains("127.0"));
  }
  const SourceStats stats = source.stats();
  REQUIRE(stats.failures == 50);
  REQUIRE(stats.queries == 0);
  REQUIRE(stats.connects_failed == stats.connects);
  REQUIRE(stats.connects < 25);
  REQUIRE(stats.sessions == 0);
}

TEST_CASE("beyond its queue a database is busy and says so") {
  const Students students;
  SqlSource source(students.spec("threads=1&queue=3"), 1);
  std::promise<void> go;
  std::promise<void> begun;
  // The only thread is held by a callback.
  source.Load("Tom", [&](const Result<Value>&) {
    begun.set_value();
    go.get_future().wait();
  });
  begun.get_future().wait();
  std::atomic<int> ok{0};
  for (int i = 0; i < 3; ++i) source.Load("Tom", [&](Result<Value> v) { ok += v ? 1 : 0; });
  REQUIRE(source.stats().waiting == 3);
  std::optional<Error> refusal;
  source.Load("Tom", [&](Result<Value> value) { refusal = value.error(); });
  REQUIRE(refusal);
  REQUIRE(refusal->code == Code::kResourceExhausted);
  REQUIRE_THAT(refusal->message, Catch::Contains("busy: 3 loads wait already"));
  REQUIRE(source.stats().refused == 1);
  go.set_value();
  while (source.stats().waiting > 0) std::this_thread::yield();
  REQUIRE(Get(source, "Tom"));  // after the three, by the same thread
  REQUIRE(ok == 3);
}

TEST_CASE("the end drops what waits") {
  const Students students;
  auto source = std::make_unique<SqlSource>(students.spec("threads=1"), 1);
  std::promise<void> begun;
  std::promise<void> go;
  std::atomic<int> called{0};
  const auto kept = std::make_shared<int>();
  source->Load("Tom", [&](const Result<Value>&) {
    begun.set_value();
    go.get_future().wait();
  });
  begun.get_future().wait();
  for (int i = 0; i < 10; ++i) {
    source->Load("Tom", [&called, kept](const Result<Value>&) { ++called; });
  }
  std::thread ending([&] { source.reset(); });
  while (kept.use_count() > 1) std::this_thread::yield();  // dropped before the thread has ended
  go.set_value();
  ending.join();
  REQUIRE(called == 0);
}

TEST_CASE("a session that could not be prepared is made anew, whatever kept it") {
  const Students students;
  SqlSource source(students.spec("threads=1&timeout=50ms"), 1);
  soci::session other(soci::sqlite3, "db=" + students.file());
  other << "BEGIN EXCLUSIVE";
  for (int i = 0; i < 3; ++i) REQUIRE(Get(source, "Tom").error().code == Code::kInternal);
  other << "COMMIT";
  while (!Get(source, "Tom")) {  // its attempts to connect are some time apart
  }
  REQUIRE(Get(source, "Tom")->view() == "630");
}

TEST_CASE("a database file that is replaced is read from the next query on") {
  const Students students;
  const Students others;
  SqlSource source(students.spec("threads=3"), 1);
  for (int i = 0; i < 10; ++i) REQUIRE(Get(source, "Tom")->view() == "630");
  {
    soci::session other(soci::sqlite3, "db=" + others.file());
    other << "UPDATE Student SET score = 7 WHERE name = 'Tom'";
  }
  std::filesystem::rename(others.file(), students.file());
  for (int i = 0; i < 10; ++i) REQUIRE(Get(source, "Tom")->view() == "7");
}

}  // namespace
}  // namespace ringlab
