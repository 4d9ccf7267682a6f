// The limits on what frames a client may send: reached, counted, and what becomes of it.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/node/h2/frames.h"
#include "tests/node/h2/talks.h"

using namespace ringlab;          // NOLINT(google-build-using-namespace): a test
using namespace ringlab::frames;  // NOLINT(google-build-using-namespace): a test
using namespace std::chrono_literals;

namespace {

constexpr const char* kEcho = "/test.Test/Echo";

const std::string kCalm = " ENHANCE_YOUR_CALM ";

}  // namespace

TEST_CASE("h2 limits: header fields too large are refused politely") {
  ServerTalk server;
  server.Feed(Call(1, kEcho, "a", {{"x", std::string(9000, 'x')}}));
  CHECK(Has(server.Hear(), "grpc-status=8 grpc-message=the request's header fields are too large"));
  CHECK(server.reached(H2Limit::kHeaderBytes) == 1);
}

TEST_CASE("h2 limits: a bomb of header fields is cut") {
  ServerTalk server;
  // One field in the peer's table, then references to it, a byte each.
  std::string block = Block(Request(kEcho)) + '\x40' + Integer(1) + "x" + Integer(4000);
  block += std::string(4000, 'x') + std::string(12'000, '\xbe');
  server.Feed(Frame(NGHTTP2_HEADERS, kEndHeaders, 1, block));
  CHECK(Has(server.Hear(), "RESET 1 INTERNAL_ERROR"));
  CHECK(server.reached(H2Limit::kHeaderBytes) == 1);
  CHECK(server.counters.gone == 1);
  CHECK(server.connection->NextDue() == kNever);  // nor is the rest of the block waited for
}

TEST_CASE("h2 limits: CONTINUATIONs") {
  ServerTalk server;
  std::string flood = Frame(NGHTTP2_HEADERS, 0, 1, Block(Request(kEcho)));
  for (int i = 0; i < 200; ++i) flood += Frame(NGHTTP2_CONTINUATION, 0, 1, "");
  server.Feed(flood);
  CHECK(server.connection->broken());
  CHECK(server.reached(H2Limit::kLibrary) == 1);
}

TEST_CASE("h2 limits: a header block that does not end") {
  ServerTalk server;
  const std::string block = Block(Request(kEcho));
  server.Feed(Frame(NGHTTP2_HEADERS, 0, 1, block.substr(0, 20)));
  server.Feed(Frame(NGHTTP2_CONTINUATION, 0, 1, block.substr(20, 1)), kStart + 9s);
  CHECK(server.connection->NextDue() == kStart + 10s);
  server.connection->Due(kStart + 10s);
  CHECK(Has(server.Hear(), kCalm + "header_time"));
  CHECK(server.reached(H2Limit::kHeaderTime) == 1);
}

TEST_CASE("h2 limits: streams that the peer makes us reset") {
  ServerTalk server;
  std::string said;
  for (std::uint32_t i = 0; i < 200; ++i) {
    server.Feed(Headers(2 * i + 1, Request(kEcho)) + WindowUpdate(2 * i + 1, 0x7fffffff));
    said += server.Hear();
  }
  CHECK(Has(said, kCalm + "resets_sent"));
  CHECK(server.reached(H2Limit::kResetsSent) == 1);
  CHECK(server.counters.resets_sent == 101);
  CHECK(server.connection->done());
}

TEST_CASE("h2 limits: streams that the peer resets") {
  ServerTalk server;
  std::string said;
  // libnghttp2 takes 1,000, and 33 more each time that its clock has come to another second.
  for (std::uint32_t i = 0; i < 2000; ++i) {
    server.Feed(Headers(2 * i + 1, Request(kEcho)) + Reset(2 * i + 1, NGHTTP2_CANCEL));
    said += server.Hear();
  }
  CHECK(Has(said, "GOAWAY"));
  CHECK(server.connection->done());
  CHECK(server.reached(H2Limit::kLibrary) == 1);
  CHECK(server.counters.resets_received < 1500);
}

TEST_CASE("h2 limits: frames that carry nothing") {
  const std::string head = Headers(1, Request(kEcho));
  const std::string floods[] = {Data(1, "", 0),
                                Frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1, std::string(1, '\0')),
                                Frame(0xee, 0, 0, ""),
                                WindowUpdate(0, 1),
                                Frame(NGHTTP2_PRIORITY, 0, 3, Number(0, 4) + "x"),
                                Settings()};
  for (const std::string& frame : floods) {
    ServerTalk server;
    server.Feed(head);
    for (int i = 0; i < 9990; ++i) {
      server.Feed(frame);
      if (i % 50 == 0) server.Hear();  // a peer that reads
    }
    CHECK_FALSE(server.connection->broken());
    for (int i = 0; i < 20; ++i) server.Feed(frame);
    CHECK(Has(server.Hear(), kCalm + "idle_frames"));
    CHECK(server.reached(H2Limit::kIdleFrames) == 1);
  }
}

TEST_CASE("h2 limits: DATA that comes late for streams that we ended is forgiven, not for ever") {
  ServerTalk server({.idle_frames = {100, 1}});
  server.Feed(Headers(1, Request("/no/Such")));
  server.Hear();
  for (int i = 0; i < 64; ++i) server.Feed(Data(1, std::string(16'000, 'x'), 0));
  CHECK_FALSE(server.connection->broken());
  for (int i = 0; i < 64; ++i) server.Feed(Data(1, std::string(16'000, 'x'), 0));
  CHECK(server.reached(H2Limit::kIdleFrames) == 1);
}

TEST_CASE("h2 limits: what is sent pays for windows") {
  ServerTalk server({.idle_frames = {100, 1}});
  for (std::uint32_t i = 0; i < 1000; ++i) {
    server.Feed(Call(2 * i + 1, kEcho, "a") + WindowUpdate(0, 10));
    server.Hear();
  }
  CHECK_FALSE(server.connection->broken());
}

TEST_CASE("h2 limits: PINGs") {
  ServerTalk server;
  server.Feed(Ping() + Ping() + Ping());
  CHECK(server.Hear() == "PONG\nPONG\nPONG\n");
  server.Feed(Call(1, kEcho, "a"));
  server.Hear();
  server.Feed(Ping() + Ping() + Ping());  // a frame of ours lay between
  CHECK_FALSE(server.connection->broken());
  server.Feed(Ping(), kStart + 11s);
  CHECK_FALSE(server.connection->broken());
  server.Feed(Ping(), kStart + 12s);
  CHECK(Has(server.Hear(), kCalm + "too_many_pings"));
  CHECK(server.reached(H2Limit::kPings) == 1);
}

TEST_CASE("h2 limits: answers to PINGs that nobody reads") {
  ServerTalk server({.ping_strikes_max = 1'000'000});
  for (int i = 0; i < 200; ++i) server.Feed(Ping());
  CHECK(server.connection->broken());
  CHECK(server.reached(H2Limit::kLibrary) == 1);
}

TEST_CASE("h2 limits: frames queued for a peer that asks more than it reads") {
  ServerTalk server({.outbound_frames_max = 50});
  for (std::uint32_t i = 0; i < 60; ++i) server.Feed(Call(2 * i + 1, kEcho, "a"));
  CHECK(server.connection->broken());
  CHECK(server.reached(H2Limit::kOutboundFrames) == 1);
}

TEST_CASE("h2 limits: frames for streams that have ended") {
  ServerTalk server;
  server.Feed(Call(1, kEcho, "a"));
  server.Hear();
  SECTION("DATA") { server.Feed(Data(1, "")); }
  SECTION("HEADERS") { server.Feed(Call(1, kEcho, "a")); }
  CHECK(Has(server.Hear(), "GOAWAY 1 STREAM_CLOSED"));
  CHECK(server.waiting.empty());
}
