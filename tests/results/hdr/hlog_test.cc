#include "results/hdr/hlog.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/results/hdr/hdr_vectors.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

HdrHistogram Some(std::uint32_t index) {
  HdrHistogram h(HdrLayout::OfRinglab());
  h.Append(index, 3);
  return h;
}

TEST_CASE("a log is written as Java's writer does") {
  REQUIRE(HlogHeader(1441812279.474, "ringlab") ==
          "#[ringlab]\n#[Histogram log format version 1.3]\n"
          "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 15:24:39 UTC 2015]\n"
          "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
          "\"Interval_Compressed_Histogram\"\n");
  const std::string line = HlogLine({"get", 1.5, 1, Some(20'000)});
  REQUIRE_THAT(line, Catch::StartsWith("Tag=get,1.500,1.000,411.304,HISTFAAA"));
  REQUIRE(line.back() == '\n');
  REQUIRE_THAT(HlogLine({"", 0, 0.25, Some(1)}), Catch::StartsWith("0.000,0.250,0.000,HISTFAAA"));
}

TEST_CASE("what was written is read") {
  std::string text = HlogHeader(1.7e9, "ringlab");
  for (int i = 0; i < 3; ++i) {
    text += HlogLine({"get", static_cast<double>(i), 1, Some(100)});
    text += HlogLine({"set", static_cast<double>(i), 1, Some(200)});
  }
  const auto log = ReadHlog(text);
  REQUIRE(log.has_value());
  REQUIRE(log->start_s == 1.7e9);
  REQUIRE(log->intervals.size() == 6);
  REQUIRE(log->intervals[5].tag == "set");
  REQUIRE(log->intervals[5].start_s == 2);
  REQUIRE(log->intervals[5].length_s == 1);
  REQUIRE(log->intervals[5].histogram == Some(200));
}

TEST_CASE("logs of other writers are read") {
  const std::string hiccups(kHiccups);
  const std::string absolute =
      "#[Histogram log format version 1.2]\r\n"
      "#[StartTime: 1441812279.474 (seconds since epoch), …]\r\n\r\n"
      "\"StartTimestamp\",\"EndTimestamp\"\r\n"
      "1441812279.601,1.007,2.769," +
      hiccups +
      "\r\n"
      "1441812280.608, 0.999, 0.442, " +
      hiccups;
  const auto log = ReadHlog(absolute);
  REQUIRE(log.has_value());
  REQUIRE(log->intervals.size() == 2);
  REQUIRE(log->intervals[0].start_s == Approx(0.127).margin(1e-6));
  REQUIRE(log->intervals[1].histogram.count() == 741);

  const auto based = ReadHlog(
      "#[StartTime: 100.5 (seconds since epoch)]\n#[BaseTime: 100.000 (s)]\n"
      "2,1,0," +
      hiccups);
  REQUIRE(based->intervals.at(0).start_s == 1.5);
  REQUIRE(ReadHlog("3.5,1,0," + hiccups)->intervals.at(0).start_s == 3.5);
  REQUIRE(ReadHlog("")->intervals.empty());
}

TEST_CASE("a line that is no interval is refused by its number") {
  const auto why = [](const std::string& line) {
    const auto log = ReadHlog("# a comment\n" + line + "\n");
    return log ? "" : log.error().message;
  };
  const std::string hiccups(kHiccups);
  REQUIRE_THAT(why("1,2,3"), Contains("line 2: expected [Tag=TAG,]START,LENGTH,MAX,HISTOGRAM"));
  REQUIRE_THAT(why("Tag=a"), Contains("line 2: expected"));
  REQUIRE_THAT(why("x,2,3," + hiccups), Contains("line 2: \"x\" is no number"));
  REQUIRE_THAT(why("nan,2,3," + hiccups), Contains("is no number"));
  REQUIRE_THAT(why("1,-2,3," + hiccups), Contains("less than no time"));
  REQUIRE_THAT(why("1,2,3,HISTF"), Contains("line 2: histogram: expected base64"));
  REQUIRE_THAT(why("#[Histogram log format version 2.0]"), Contains("line 2: a log of a version"));
  REQUIRE_THAT(why("1,2,3," + hiccups.substr(0, 40)), Contains("bytes follow"));
}

}  // namespace
}  // namespace ringlab
