#include "results/hdr/hgrm.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "results/hdr/v2.h"
#include "tests/results/hdr/hdr_vectors.h"

namespace ringlab {
namespace {

using Catch::Matchers::Contains;

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What HistogramLogProcessor of HdrHistogram 2.1.11 (Java) makes of the same text.
constexpr std::string_view kSevenValuesTable =
    R"(       Value     Percentile TotalCount 1/(1-Percentile)

       0.000 0.000000000000          1           1.00
       0.000 0.100000000000          1           1.11
       0.000 0.200000000000          3           1.25
       0.000 0.300000000000          3           1.43
       0.000 0.400000000000          3           1.67
       0.001 0.500000000000          4           2.00
       0.001 0.550000000000          4           2.22
       1.000 0.600000000000          6           2.50
       1.000 0.650000000000          6           2.86
       1.000 0.700000000000          6           3.33
       1.000 0.750000000000          6           4.00
       1.000 0.775000000000          6           4.44
       1.000 0.800000000000          6           5.00
       1.000 0.825000000000          6           5.71
       1.000 0.850000000000          6           6.67
     250.085 0.875000000000          7           8.00
     250.085 1.000000000000          7
#[Mean    =       36.003, StdDeviation   =       87.373]
#[Max     =      250.085, Total count    =            7]
#[Buckets =           32, SubBuckets     =         2048]
)";

TEST_CASE("seven values make the table that Java prints") {
  REQUIRE(HgrmText(*DecodeHdr(kSevenValues)) == kSevenValuesTable);
}

TEST_CASE("levels of 741 hiccups are those that Java prints") {
  const auto lines = Lines(HgrmText(*DecodeHdr(kHiccups)));
  REQUIRE(lines.size() == 2 + 51 + 3);
  REQUIRE(lines.at(2 + 23) == "        0.38 0.956250000000        709          22.86");
  REQUIRE(lines.at(2 + 44) == "        1.77 0.997656250000        740         426.67");
  REQUIRE(lines.at(2 + 49) == "        2.77 0.998828125000        741         853.33");
  REQUIRE(lines.at(2 + 50) == "        2.77 1.000000000000        741");
  REQUIRE(lines.at(2 + 51) == "#[Mean    =         0.30, StdDeviation   =         0.14]");
}

TEST_CASE("the unit divides the values and nothing else") {
  const auto ms = Lines(HgrmText(*DecodeHdr(kHiccups)));
  const auto ns = Lines(HgrmText(*DecodeHdr(kHiccups), 1));
  REQUIRE(ms.size() == ns.size());
  REQUIRE_THAT(ns.back(), Contains("SubBuckets     =          256"));
  REQUIRE_THAT(ms.at(ms.size() - 4), Contains("2.77 1.000000000000        741"));
  REQUIRE_THAT(ns.at(ns.size() - 4), Contains("2768895.00 1.000000000000        741"));
  for (std::size_t i = 2; i + 3 < ms.size(); ++i) REQUIRE(ms[i].substr(12) == ns[i].substr(12));
}

TEST_CASE("percentiles rise to 100 and counts to the total") {
  HdrHistogram h(HdrLayout::OfRinglab());
  for (std::uint32_t i = 0; i < 20'000; ++i) REQUIRE(h.Append(i, 1 + i % 7));
  double last_percentile = -1;
  std::uint64_t last_count = 0;
  const auto lines = Lines(HgrmText(h));
  for (std::size_t i = 2; i + 3 < lines.size(); ++i) {
    std::istringstream in(lines[i]);
    double value = 0;
    double percentile = 0;
    std::uint64_t count = 0;
    in >> value >> percentile >> count;
    REQUIRE(percentile > last_percentile);
    REQUIRE(count >= last_count);
    REQUIRE(static_cast<double>(count) >= percentile * static_cast<double>(h.count()) - 1);
    last_percentile = percentile;
    last_count = count;
  }
  REQUIRE(last_percentile == 1);
  REQUIRE(last_count == h.count());
}

TEST_CASE("halves go up as Java rounds them") {
  HdrHistogram h(HdrLayout::OfRinglab());
  REQUIRE(h.Append(500, 5000));   // 0.0005 ms
  REQUIRE(h.Append(1499, 5000));  // 0.001499 ms
  const auto lines = Lines(HgrmText(h));
  REQUIRE(lines.at(2) == "       0.001 0.000000000000       5000           1.00");
  REQUIRE_THAT(lines.at(lines.size() - 4), Contains("0.001 1.000000000000      10000"));
  // One value that is rarer than one in 4,551: Java prints 0.999780273438 for its level.
  HdrHistogram rare(HdrLayout::OfRinglab());
  REQUIRE(rare.Append(10, 4999));
  REQUIRE(rare.Append(20, 1));
  REQUIRE_THAT(HgrmText(rare), Contains("0.999780273438       4999        4551.11") ||
                                   Contains("0.999780273438       5000        4551.11"));
}

TEST_CASE("one value and none have a table") {
  HdrHistogram h(HdrLayout::OfRinglab());
  REQUIRE(Lines(HgrmText(h)).size() == 5);
  REQUIRE(h.Append(1000, HdrHistogram::kCountMax));
  const auto lines = Lines(HgrmText(h));
  REQUIRE(lines.at(2) == "       0.001 0.000000000000 9223372036854775807           1.00");
  REQUIRE(lines.at(3) == "       0.001 1.000000000000 9223372036854775807");
}

}  // namespace
}  // namespace ringlab
