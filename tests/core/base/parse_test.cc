#include "core/base/parse.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace ringlab {
namespace {

using namespace std::chrono_literals;

// What no parser of ours takes for a number.
const std::vector<std::string> kNonsense{
    "",   " ",    "x",    "-1", "-1s", "NaN", "nan", "inf", "-inf", "1e400", "+1",   " 1",
    "1 ", "0x10", "1..2", ".",  "-",   "1,5", "١",   "--1", "1e",   "nanms", "infs", "ms"};

template <class Parser>
void CheckRefuses(Parser parse, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto parsed = parse(text);
    REQUIRE_FALSE(parsed);
    REQUIRE(parsed.error().code == Code::kInvalidArgument);
    // The message quotes what was typed and says what would be accepted.
    REQUIRE(parsed.error().message.find("\"" + text + "\": expected ") == 0);
  }
}

TEST_CASE("durations") {
  REQUIRE(ParseDuration("0") == Duration(0));
  REQUIRE(ParseDuration("0s") == Duration(0));
  REQUIRE(ParseDuration("1ns") == 1ns);
  REQUIRE(ParseDuration("250us") == 250us);
  REQUIRE(ParseDuration("1.5ms") == 1500us);
  REQUIRE(ParseDuration("1e3ms") == 1s);
  REQUIRE(ParseDuration("2m") == 2min);
  REQUIRE(ParseDuration("1h") == 1h);
  REQUIRE(ParseDuration("2500000h") == 2500000h);
  CheckRefuses(ParseDuration, kNonsense);
  CheckRefuses(ParseDuration, {"5", "5 ms", "5MS", "5d", "1s2", "1e300h", "3000000h"});
}

TEST_CASE("sizes") {
  REQUIRE(ParseBytes("0") == 0);
  REQUIRE(ParseBytes("100") == 100);
  REQUIRE(ParseBytes("100B") == 100);
  REQUIRE(ParseBytes("10k") == 10'000);
  REQUIRE(ParseBytes("10KB") == 10'000);
  REQUIRE(ParseBytes("1.5GB") == 1'500'000'000);
  REQUIRE(ParseBytes("64KiB") == 65'536);
  REQUIRE(ParseBytes("1.5GiB") == 1'610'612'736);
  CheckRefuses(ParseBytes, kNonsense);
  CheckRefuses(ParseBytes, {"5 KiB", "5kib", "5T", "5bytes", "1e30", "9999999999GiB"});
}

TEST_CASE("numbers, fractions and counts") {
  REQUIRE(ParseNumber("2.68") == 2.68);
  REQUIRE(ParseNumber("-1") == -1.0);
  REQUIRE(ParseNumber("1e-3") == 0.001);
  CheckRefuses(ParseNumber, {"", "x", "nan", "inf", "-inf", "1e400", "1x", "1 ", " 1", "+1"});

  REQUIRE(ParseFraction("0") == 0.0);
  REQUIRE(ParseFraction("1") == 1.0);
  REQUIRE(ParseFraction("0.25") == 0.25);
  REQUIRE(ParseFraction("5%") == 0.05);
  REQUIRE(ParseFraction("100%") == 1.0);
  CheckRefuses(ParseFraction, kNonsense);
  CheckRefuses(ParseFraction, {"1.1", "101%", "-1%", "5 %", "5%%", "%"});

  REQUIRE(ParseCount("0") == 0);
  REQUIRE(ParseCount("18446744073709551615") == 18'446'744'073'709'551'615U);
  CheckRefuses(ParseCount, kNonsense);
  CheckRefuses(ParseCount, {"1.0", "1e3", "18446744073709551616", "10k"});
}

TEST_CASE("what is written in full is read back exactly") {
  REQUIRE(rc::check("counts, sizes and durations", [] {
    const auto n = *rc::gen::arbitrary<std::uint64_t>();
    RC_ASSERT(ParseCount(std::to_string(n)) == n);
    const std::uint64_t bytes = n >> 12;  // exact in a double
    RC_ASSERT(ParseBytes(std::to_string(bytes)) == bytes);
    const Duration ns(static_cast<std::int64_t>(bytes));
    RC_ASSERT(ParseDuration(std::to_string(ns.count()) + "ns") == ns);
  }));
}

TEST_CASE("what is formatted is read back to its three digits") {
  REQUIRE(rc::check("durations", [] {
    const auto ns = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 45);
    std::string text = FormatDuration(Duration(ns));
    const std::size_t space = text.find(' ');
    RC_ASSERT(space != std::string::npos);
    text.erase(space, 1);
    const auto back = ParseDuration(text);
    RC_ASSERT(back.has_value());
    const auto exact = static_cast<double>(ns);
    RC_ASSERT(std::fabs(static_cast<double>(back->count()) - exact) <= 0.005 * exact);
  }));
}

TEST_CASE("formats") {
  REQUIRE(FormatDuration(0ns) == "0 ns");
  REQUIRE(FormatDuration(999ns) == "999 ns");
  REQUIRE(FormatDuration(1500us) == "1.50 ms");
  REQUIRE(FormatDuration(12us) == "12.0 us");
  REQUIRE(FormatDuration(345ms) == "345 ms");
  REQUIRE(FormatDuration(3s) == "3.00 s");
  REQUIRE(FormatBytes(0) == "0 B");
  REQUIRE(FormatBytes(100) == "100 B");
  REQUIRE(FormatBytes(65'536) == "64 KiB");
  REQUIRE(FormatBytes(1'610'612'736) == "1.5 GiB");
}

// Rounding must carry into the next place and the next unit: never four digits, never 1000 us.
TEST_CASE("formats round up into the next unit") {
  REQUIRE(FormatDuration(9'999ns) == "10.0 us");
  REQUIRE(FormatDuration(99'999ns) == "100 us");
  REQUIRE(FormatDuration(999'999ns) == "1.00 ms");
  REQUIRE(FormatDuration(999'999'999ns) == "1.00 s");
  REQUIRE(FormatBytes(1023) == "1023 B");
  REQUIRE(FormatBytes((1 << 20) - 1) == "1.0 MiB");
  REQUIRE(FormatBytes((100 << 20) - 1) == "100 MiB");
}

TEST_CASE("lists split at a separator") {
  using Parts = std::vector<std::string_view>;
  REQUIRE(SplitAt("", ',') == Parts{});
  REQUIRE(SplitAt("a", ',') == Parts{"a"});
  REQUIRE(SplitAt("a,b", ',') == Parts{"a", "b"});
  REQUIRE(SplitAt(",a,,b,", ',') == Parts{"", "a", "", "b", ""});
  REQUIRE(SplitAt(",", ',') == Parts{"", ""});

  using Pair = std::pair<std::string_view, std::string_view>;
  REQUIRE(SplitOnce("a=b=c", '=') == Pair{"a", "b=c"});
  REQUIRE(SplitOnce("a", '=') == Pair{"a", ""});
  REQUIRE(SplitOnce("=b", '=') == Pair{"", "b"});
}

}  // namespace
}  // namespace ringlab
