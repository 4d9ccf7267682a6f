#include <catch2/catch.hpp>

#include "tests/loadgen/trace/trace_files.h"

namespace ringlab {
namespace {

using Records = std::vector<std::string>;

TEST_CASE("a plain CSV is read by the names of its columns", "[trace]") {
  const ReadAll all(
      "key,size,op,time,ttl,more\na,10,get,0.5,0,x\n\"b,\"\"c\"\"\",20,SET,1.25,60,\n");
  REQUIRE(all.error.empty());
  REQUIRE(all.reader->format() == TraceFormat::kCsv);
  REQUIRE(all.reader->tick() == Duration::zero());
  REQUIRE(all.records == Records{"500000000 get a 10 0 x1", "1250000000 set b,\"c\" 20 60 x1"});
}

TEST_CASE("a CSV without a header has the columns in their order", "[trace]") {
  const ReadAll all("7,get,a,1,0\r\n7,delete,b,0,0\r\n8,incr,c,8,0");
  REQUIRE(all.error.empty());
  REQUIRE(all.reader->tick() == std::chrono::seconds(1));
  REQUIRE(all.records == Records{"7000000000 get a 1 0 x1", "7000000000 remove b 0 0 x1",
                                 "8000000000 set c 8 0 x1"});
}

TEST_CASE("a CSV is told from Twitter's lines by what stands before its end", "[trace]") {
  const ReadAll quoted("5,get,\"a,b,c\",1,0\n5,set,d,2,60\n");
  REQUIRE(quoted.error.empty());
  REQUIRE(quoted.reader->format() == TraceFormat::kCsv);
  REQUIRE(quoted.records == Records{"5000000000 get a,b,c 1 0 x1", "5000000000 set d 2 60 x1"});
}

TEST_CASE("a byte order mark is no part of a CSV", "[trace]") {
  for (const char* const text : {"\xef\xbb\xbftime,key\n7,a\n",
                                 "\xef\xbb\xbf"
                                 "7,get,a,0,0\n"}) {
    const ReadAll all(text);
    REQUIRE(all.error.empty());
    REQUIRE(all.reader->has_times());
    REQUIRE(all.records == Records{"7000000000 get a 0 0 x1"});
  }
  // Of 24 bytes it may be some.
  REQUIRE(ReadAll(OracleRecord(0x00bfbbef, 1)).records.size() == 1);
}

TEST_CASE("a CSV of keys alone has no times", "[trace]") {
  const ReadAll all("key\nx\ny\n");
  REQUIRE(all.error.empty());
  REQUIRE_FALSE(all.reader->has_times());
  REQUIRE(all.records.size() == 2);
}

TEST_CASE("Twitter's keys may hold commas", "[trace]") {
  const ReadAll all(
      "0,nz:u:eeW,10,123,1,get,0\n0,a,b,,c,6,20,1,set,3600\n1,k,1,0,2,gets,0\n1,k,1,9,2,cas,5\n");
  REQUIRE(all.error.empty());
  REQUIRE(all.reader->format() == TraceFormat::kTwitter);
  REQUIRE(all.records == Records{"0 get nz:u:eeW 123 0 x1", "0 set a,b,,c 20 3600 x1",
                                 "1000000000 get k 0 0 x1", "1000000000 set k 9 5 x1"});
}

TEST_CASE("Meta's columns are found by name, with their counts", "[trace]") {
  const ReadAll all(
      "op_time,key,key_size,op,op_count,size,cache_hits,ttl,usecase\n"
      "3,k1,16,GET,377,0,0,,u\n3,k2,16,SET_LEASE,1,50,0,100,u\n4,k1,16,DELETE,2,0,0,0,u\n");
  REQUIRE(all.error.empty());
  REQUIRE(all.reader->format() == TraceFormat::kKvcache);
  REQUIRE(all.records == Records{"3000000000 get k1 0 0 x377", "3000000000 set k2 50 100 x1",
                                 "4000000000 remove k1 0 0 x2"});
  const ReadAll no_times("key,op,size,op_count,key_size\nk,GET_LEASE,5,1,4\n");
  REQUIRE(no_times.error.empty());
  REQUIRE_FALSE(no_times.reader->has_times());
}

TEST_CASE("oracleGeneral has numbers for keys", "[trace]") {
  const ReadAll all(OracleRecord(5, 17, 100, 2) +
                    OracleRecord(6, 0xffffffffffffffffULL, 4000000000U, INT64_MAX));
  REQUIRE(all.error.empty());
  REQUIRE(all.reader->format() == TraceFormat::kOracle);
  REQUIRE(all.records == Records{"5000000000 get 17 100 0 x1",
                                 "6000000000 get 18446744073709551615 4000000000 0 x1"});
}

TEST_CASE("packed traces are told by their bytes", "[trace]") {
  std::string text = "time,op,key,size,ttl\n";
  for (int i = 0; i < 50'000; ++i) {
    text += std::to_string(i / 100) + ",get,key-" + std::to_string(i % 977) + ",1,0\n";
  }
  const ReadAll plain(text);
  REQUIRE(plain.records.size() == 50'000);
  REQUIRE(plain.reader->compression() == "none");
  const std::string gzip = Gzip(text);
  const ReadAll by_gzip(gzip);
  REQUIRE(by_gzip.records == plain.records);
  REQUIRE(by_gzip.reader->compression() == "gzip");
  const std::string zstd = Zstd(text);
  const ReadAll by_zstd(zstd);
  REQUIRE(by_zstd.records == plain.records);
  REQUIRE(by_zstd.reader->compression() == "zstd");
  // pzstd begins with a frame to be skipped.
  const ReadAll by_pzstd(std::string("\x50\x2a\x4d\x18\x04\0\0\0size", 12) + zstd);
  REQUIRE(by_pzstd.records == plain.records);
  // Files one after the other are a file.
  const std::string rest = "500,get,z,1,0\n";
  for (const std::string& two : {Gzip(text) + Gzip(rest), Zstd(text) + Zstd(rest)}) {
    const ReadAll both(two);
    REQUIRE(both.error.empty());
    REQUIRE(both.records.size() == 50'001);
    REQUIRE(both.records.back() == "500000000000 get z 1 0 x1");
  }
}

TEST_CASE("a packed trace that is cut says so", "[trace]") {
  std::string text;
  for (int i = 0; i < 5'000; ++i)
    text += std::to_string(i) + ",get,k" + std::to_string(i) + ",1,0\n";
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    for (const std::size_t length : {packed.size() - 1, packed.size() / 2, packed.size() / 3}) {
      const std::string cut = packed.substr(0, length);
      const ReadAll all(cut, TraceFormat::kCsv);
      CAPTURE(length, all.error);
      REQUIRE(all.error.starts_with("T: "));
      REQUIRE(all.error.find("is cut") != std::string::npos);
      REQUIRE(all.error.ends_with("at byte " + std::to_string(length) + " of the file"));
    }
    std::string broken = packed;
    for (std::size_t i = broken.size() / 2; i < broken.size() / 2 + 40; ++i) broken[i] ^= 0x55;
    REQUIRE_FALSE(ReadAll(broken, TraceFormat::kCsv).error.empty());
  }
}

TEST_CASE("a packed trace that is broken says at which byte", "[trace]") {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += std::to_string(i) + ",get,k,1,0\n";
  std::string gzip = Gzip(text);
  gzip[10] = static_cast<char>(gzip[10] | 0x06);  // behind the header: a kind of block that is none
  std::string zstd = Zstd(text);
  zstd[4] = static_cast<char>(zstd[4] | 0x08);  // of the frame's header, a bit that must not be
  for (const auto& [broken, packing] : {std::pair(gzip, "gzip"), std::pair(zstd, "zstd")}) {
    const std::string error = ReadAll(broken, TraceFormat::kCsv).error;
    CAPTURE(error);
    constexpr std::string_view kSays = "T: is broken: at byte ";
    REQUIRE(error.starts_with(kSays));
    REQUIRE(std::stoul(error.substr(kSays.size())) <= 16);
    REQUIRE(error.find(std::string(" of the file ") + packing + " says \"") != std::string::npos);
  }
}

TEST_CASE("what is wrong with a trace is told with its place and what is accepted", "[trace]") {
  const std::string long_key(std::size_t{1} << 20, 'k');
  const struct {
    std::string bytes;
    std::vector<std::string> says;
  } cases[] = {
      {"", {"T: is empty", "expected one request"}},
      {std::string("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00", 9), {"T: was packed", "--long=27"}},
      {"hello\nworld\n", {"T: is of no kind", "format=csv, twitter, kvcache or oracle"}},
      {"5,get,a,1,0\n4,get,b,1,0\n", {"T: line 2", "4 s", "5 s", "never go back"}},
      {OracleRecord(5, 1) + OracleRecord(4, 1), {"T: byte 24", "never go back"}},
      {OracleRecord(5, 1) + "tail", {"T: byte 24", "4 bytes", "cut", "24 bytes"}},
      {OracleRecord(5, 1, 1, -2), {"T: byte 0", "number -2", "no oracleGeneral"}},
      {"5,get,a,1,0\n5,get," + long_key + ",1,0\n", {"T: line 2", "65536 bytes", "32767"}},
      {"5,get,a,1,0\n5,get," + long_key.substr(0, 40'000) + ",1,0\n", {"T: line 2", "32767 bytes"}},
      {"5,get,,1,0\n", {"T: line 1", "1 to 32767 bytes"}},
      {"5,get,a,b,1,0\n5,get,a,1,0\n", {"T: line 1", "\"b\"", "whole bytes"}},
      {"5,get,a,1,0\n5,get,a,b,1,0\n", {"T: line 2", "6 fields", "5", "double quotes"}},
      {"5,get,a,-1,0\n", {"T: line 1", "\"-1\"", "whole bytes, 0"}},
      {"5,get,a,1,-7\n", {"T: line 1", "\"-7\"", "whole seconds, 0 for none"}},
      {"5,fetch,a,1,0\n", {"T: line 1", "\"fetch\"", "expected get, gets, set"}},
      {"5,get,\"a,1,0\n", {"T: line 1", "quote"}},
      {"5,get,\"a\"b,1,0\n", {"T: line 1", "quote"}},
      {"time,key\n1,a\nx,b\n", {"T: line 3", "\"x\"", "seconds from 0"}},
      {"time,key\n1.0000000001,a\n", {"T: line 2", "9 decimals"}},
      {"time,key,key\n1,a,b\n", {"T: line 1", "\"key\"", "twice"}},
      {"5,get\n", {"T: line 1", "fewer than three fields"}},
      {"key,op,size,op_count\na,GET,1,0\n", {"T: line 2", "\"0\"", "1 to 1000000"}},
      {"key,size,op_count\na,1,1\n", {"T: line 1", "\"op\""}},
      {"1,k,1,1,1,get,0\n1,k,1,1\n", {"T: line 2", "fewer than seven"}},
      {"1,k,1,1,1,get,0\n1,k,1,1,1,get,soon,0\n", {"T: line 2", "\"soon\""}},
  };
  for (const auto& wrong : cases) {
    const ReadAll all(wrong.bytes);
    CAPTURE(wrong.bytes.substr(0, 60), all.error);
    for (const std::string& says : wrong.says) {
      CAPTURE(says);
      REQUIRE(all.error.find(says) != std::string::npos);
    }
    REQUIRE_FALSE(all.error.empty());
    REQUIRE(all.error.size() < 400);
  }
}

TEST_CASE("a format that is named is believed", "[trace]") {
  REQUIRE(ReadAll("1,a,1,1,1,get,0\n", TraceFormat::kTwitter).records.size() == 1);
  REQUIRE(ReadAll("012345678901234567890123", TraceFormat::kOracle).records.size() == 1);
  REQUIRE_FALSE(ReadAll("1,a,1,1,1,get,0\n", TraceFormat::kOracle).error.empty());
  REQUIRE_FALSE(ReadAll("1,a,1,1,1,get,0\n", TraceFormat::kKvcache).error.empty());
}

TEST_CASE("files that cannot be read are named", "[trace]") {
  const auto error = [](const std::string& file) {
    const auto opened = OpenTrace(file, std::nullopt);
    REQUIRE_FALSE(opened);
    return opened.error().message;
  };
  REQUIRE(error("/nowhere/at/all") == "/nowhere/at/all: there is no such file");
  REQUIRE(error("/").starts_with("/: is no regular file"));
  const TraceFile file("1,get,k,1,0\n");
  const std::string loop = file.path() + ".loop";
  std::filesystem::create_symlink(loop, loop);
  const std::string of_loop = error(loop);
  std::filesystem::remove(loop);
  REQUIRE(of_loop.starts_with(loop + ": cannot be opened: "));
  REQUIRE(OpenTrace(file.path(), std::nullopt).has_value());
}

}  // namespace
}  // namespace ringlab
