// gRPC's words on the wire: timeouts, escapes, statuses.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <limits>
#include <set>
#include <string>

#include "node/h2/frames/status.h"
#include "node/h2/frames/text.h"
#include "node/h2/frames/timeout.h"
#include "node/h2/frames/words.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

TEST_CASE("h2 timeout: what is one") {
  CHECK(ReadTimeout("1H") == Duration(1h));
  CHECK(ReadTimeout("2M") == Duration(2min));
  CHECK(ReadTimeout("3S") == Duration(3s));
  CHECK(ReadTimeout("4m") == Duration(4ms));
  CHECK(ReadTimeout("5u") == Duration(5us));
  CHECK(ReadTimeout("6n") == Duration(6ns));
  CHECK(ReadTimeout("0n") == Duration(0));
  CHECK(ReadTimeout("00000001S") == Duration(1s));
  CHECK(ReadTimeout("99999999H") == Duration::max());
  for (const char* none : {"", "5", "S", "5s", "-5S", "+5S", " 5S", "5S ", "5.0S", "123456789n"}) {
    CAPTURE(none);
    CHECK_FALSE(ReadTimeout(none));
  }
}

TEST_CASE("h2 timeout: rounded up, to few values") {
  CHECK(TimeoutText(1ns).view() == "1m");
  CHECK(TimeoutText(-1s).view() == "1m");
  CHECK(TimeoutText(99ms).view() == "99m");
  CHECK(TimeoutText(99ms + 1ns).view() == "100m");
  CHECK(TimeoutText(1s).view() == "1000m");
  CHECK(TimeoutText(1001ms).view() == "1008m");
  CHECK(TimeoutText(48h).view() == "174064S");
  CHECK(TimeoutText(Duration::max()).view().back() == 'H');
  REQUIRE(rc::check("never shorter, and by 1/64 and a unit at most longer", [] {
    const Duration wanted(*rc::gen::inRange<std::int64_t>(1, 100'000'000'000'000'000));
    const auto read = ReadTimeout(TimeoutText(wanted).view());
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read >= wanted);
    RC_ASSERT(*read - wanted <= wanted / 64 + Duration(wanted < 24h ? Duration(1ms) : 1h));
  }));
  std::set<std::string> values;
  for (Duration timeout = 1000ms; timeout < 2000ms; timeout += 1ms) {
    values.emplace(TimeoutText(timeout).view());
  }
  CHECK(values.size() <= 70);
}

TEST_CASE("h2 text: escapes") {
  CHECK(EncodedMessageText("no \"k\"\n\x7f% \xc3\xa4") == "no \"k\"%0A%7F%25 %C3%A4");
  CHECK(EncodedMessageText("no such group: ") == "no such group:%20");
  CHECK(EncodedMessageText(" ") == "%20");
  CHECK(DecodedMessageText("%41%6a%6A") == "Ajj");
  CHECK(DecodedMessageText("100%") == "100%");
  CHECK(DecodedMessageText("%4") == "%4");
  CHECK(DecodedMessageText("%%41") == "%A");
  REQUIRE(rc::check("back and forth", [](const std::string& text) {
    const std::string encoded = EncodedMessageText(text);
    RC_ASSERT(DecodedMessageText(encoded) == text);
    for (const char byte : encoded) RC_ASSERT((byte >= ' ' && byte <= '~'));
    RC_ASSERT((encoded.empty() || (encoded.front() != ' ' && encoded.back() != ' ')));
  }));
}

TEST_CASE("h2 status: numbers") {
  CHECK_FALSE(ReadStatus("0"));
  CHECK(ReadStatus("16") == Code::kUnauthenticated);
  CHECK(ReadStatus("17") == Code::kUnknown);
  CHECK(ReadStatus("") == Code::kUnknown);
  CHECK(ReadStatus("05") == Code::kUnknown);
  for (int code = 1; code <= 16; ++code) {
    CHECK(StatusText(static_cast<Code>(code)) == std::to_string(code));
    CHECK(ReadStatus(std::to_string(code)) == static_cast<Code>(code));
  }
  CHECK(ResetName(7) == "REFUSED_STREAM");
  CHECK(ResetName(14) == "an unknown code");
}

TEST_CASE("h2 words: which content is gRPC's") {
  CHECK(h2::IsGrpc("application/grpc"));
  CHECK(h2::IsGrpc("application/grpc+proto"));
  CHECK(h2::IsGrpc("application/grpc;charset=utf-8"));
  CHECK_FALSE(h2::IsGrpc("application/grpc-web"));
  CHECK_FALSE(h2::IsGrpc("application/grp"));
  CHECK_FALSE(h2::IsGrpc("text/html"));
}
