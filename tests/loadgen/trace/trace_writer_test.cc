#include "loadgen/trace/trace_writer.h"

#include <catch2/catch.hpp>
#include <map>

#include "core/base/random.h"
#include "tests/loadgen/trace/trace_files.h"

namespace ringlab {
namespace {

void WriteAll(const std::string& file, TraceFormat format,
              const std::vector<TraceRecord>& records) {
  auto writer = TraceWriter::Create(file, format);
  REQUIRE(writer.has_value());
  for (const TraceRecord& record : records) REQUIRE((*writer)->Write(record).has_value());
  REQUIRE((*writer)->Finish().has_value());
}

const std::vector<TraceRecord> kSome{
    {.time = Duration(1'500'000'000), .key = "a", .id = 1, .size = 10},
    {.time = Duration(1'500'000'001),
     .op = TraceOp::kSet,
     .key = "b,\"c",
     .id = 2,
     .size = 20,
     .ttl_s = 60},
    {.time = Duration(3'000'000'000), .op = TraceOp::kRemove, .key = "a", .id = 1},
    {.time = Duration(3'000'000'000), .key = "a", .id = 1, .size = 10, .count = 3}};

TEST_CASE("what is written is read again", "[trace]") {
  const TraceFile file;
  WriteAll(file.path(), TraceFormat::kCsv, kSome);
  REQUIRE(ReadAll(file.bytes()).records ==
          std::vector<std::string>{"1500000000 get a 10 0 x1", "1500000001 set b,\"c 20 60 x1",
                                   "3000000000 remove a 0 0 x1", "3000000000 get a 10 0 x1",
                                   "3000000000 get a 10 0 x1", "3000000000 get a 10 0 x1"});
  // The other clocks have whole seconds.
  for (const TraceFormat format : {TraceFormat::kTwitter, TraceFormat::kKvcache}) {
    WriteAll(file.path(), format, kSome);
    const ReadAll all(file.bytes());
    REQUIRE(all.error.empty());
    REQUIRE(all.reader->format() == format);
    REQUIRE(all.records.size() == (format == TraceFormat::kKvcache ? 4 : 6));
    REQUIRE(all.records.at(1) == "1000000000 set b,\"c 20 60 x1");
    REQUIRE(all.records.at(2) == "3000000000 remove a 0 0 x1");
  }
}

TEST_CASE("oracleGeneral says which request is the next for an id", "[trace]") {
  // More than the writer fills in at once.
  constexpr std::uint64_t kRequests = 25'000;
  Rng rng(7);
  std::vector<TraceRecord> records;
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    records.push_back({.time = Duration(static_cast<std::int64_t>(i) * 1'000'000),
                       .key = "k",
                       .id = rng.Below(700),
                       .size = 5});
  }
  const TraceFile file;
  WriteAll(file.path(), TraceFormat::kOracle, records);
  const std::string bytes = file.bytes();
  REQUIRE(bytes.size() == 24 * kRequests);
  std::map<std::uint64_t, std::int64_t> next;
  for (std::uint64_t i = kRequests; i > 0; --i) {
    std::uint64_t id = 0;
    std::int64_t told = 0;
    std::memcpy(&id, bytes.data() + (i - 1) * 24 + 4, 8);
    std::memcpy(&told, bytes.data() + (i - 1) * 24 + 16, 8);
    REQUIRE(id == records[i - 1].id);
    const auto known = next.find(id);
    REQUIRE(told == (known == next.end() ? -1 : known->second));
    next[id] = static_cast<std::int64_t>(i);
  }
}

TEST_CASE("oracleGeneral leaves removes out and counts them", "[trace]") {
  const TraceFile file;
  auto writer = TraceWriter::Create(file.path(), TraceFormat::kOracle);
  for (const TraceRecord& record : kSome) REQUIRE((*writer)->Write(record).has_value());
  REQUIRE((*writer)->Finish().has_value());
  REQUIRE((*writer)->written() == 5);
  REQUIRE((*writer)->left_out() == 1);
  REQUIRE(ReadAll(file.bytes()).records.size() == 5);
}

TEST_CASE("a time that no trace can say is refused", "[trace]") {
  for (const TraceFormat format :
       {TraceFormat::kCsv, TraceFormat::kTwitter, TraceFormat::kKvcache, TraceFormat::kOracle}) {
    const TraceFile file;
    auto writer = TraceWriter::Create(file.path(), format);
    REQUIRE((*writer)->Write({.time = std::chrono::seconds(UINT32_MAX), .key = "a"}).has_value());
    const auto late =
        (*writer)->Write({.time = std::chrono::seconds(std::int64_t{1} << 32), .key = "a"});
    REQUIRE_FALSE(late);
    REQUIRE(late.error().message.find("due after 4294967296 s") != std::string::npos);
    REQUIRE((*writer)->Finish().has_value());
    REQUIRE(ReadAll(file.bytes()).records.size() == 1);
  }
}

// What a folder holds beside `file` whose name has that of `file` in it.
std::vector<std::string> Beside(const std::string& file) {
  const std::filesystem::path path(file);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    const std::string name = entry.path().filename().string();
    if (name != path.filename() && name.find(path.filename().string()) != std::string::npos) {
      names.push_back(name);
    }
  }
  return names;
}

TEST_CASE("a file is as it was until a trace is whole", "[trace]") {
  for (const TraceFormat format : {TraceFormat::kCsv, TraceFormat::kOracle}) {
    const TraceFile file("what was there");
    {
      auto writer = TraceWriter::Create(file.path(), format);
      REQUIRE((*writer)->Write({.key = "a", .id = 1}).has_value());
      REQUIRE(Beside(file.path()).size() == 1);
      REQUIRE(file.bytes() == "what was there");
    }
    REQUIRE(Beside(file.path()).empty());
    REQUIRE(file.bytes() == "what was there");
    std::filesystem::permissions(file.path(), std::filesystem::perms(0640));
    const std::string link = file.path() + ".link";
    std::filesystem::create_symlink(file.path(), link);
    WriteAll(link, format, kSome);
    REQUIRE(std::filesystem::is_symlink(link));
    std::filesystem::remove(link);
    REQUIRE(Beside(file.path()).empty());
    REQUIRE(ReadAll(file.bytes()).error.empty());
    REQUIRE(std::filesystem::status(file.path()).permissions() == std::filesystem::perms(0640));
  }
}

TEST_CASE("a file with two names is overwritten, and keeps both", "[trace]") {
  const TraceFile file("what was there, longer than what comes");
  const std::string other = file.path() + ".other";
  std::filesystem::create_hard_link(file.path(), other);
  WriteAll(other, TraceFormat::kCsv, {{.key = "a", .size = 1}});
  std::filesystem::remove(other);
  REQUIRE(ReadAll(file.bytes()).records == std::vector<std::string>{"0 get a 1 0 x1"});
}

TEST_CASE("a trace that cannot be written says why", "[trace]") {
  const auto nowhere = TraceWriter::Create("/nowhere/at/all", TraceFormat::kCsv);
  REQUIRE_FALSE(nowhere);
  REQUIRE(nowhere.error().message.find("\"/nowhere/at/all\"") != std::string::npos);
  auto full = TraceWriter::Create("/dev/full", TraceFormat::kCsv);
  REQUIRE(full.has_value());
  const auto finished = (*full)->Finish();
  REQUIRE_FALSE(finished);
  REQUIRE(finished.error().message.find("No space left") != std::string::npos);
  auto gone = TraceWriter::Create("/dev/null", TraceFormat::kOracle);
  REQUIRE((*gone)->Write({.key = "a", .id = 1}).has_value());
  const auto unread = (*gone)->Finish();
  REQUIRE_FALSE(unread);
  REQUIRE(unread.error().message.find("expected a regular file") != std::string::npos);
}

}  // namespace
}  // namespace ringlab
